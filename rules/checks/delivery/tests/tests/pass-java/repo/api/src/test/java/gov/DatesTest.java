class DatesTest {}
