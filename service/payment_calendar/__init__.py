"""The payment calendar: until when a month is reported, put up and paid, as dated data."""
