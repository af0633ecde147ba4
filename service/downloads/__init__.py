"""Files of lists that people took: who, which list, which filters, how many rows."""
