"""Forms made from field records."""
