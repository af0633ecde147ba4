"""Reference data that administrators change by two: rules of checks, flags, recoveries, wages."""
