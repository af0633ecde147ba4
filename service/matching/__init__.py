"""Who fits which placement, and how a proposal becomes an agreed match."""
