"""Referrals: who sent a person to the office or was asked to help; confidential."""
