class Permits {}
