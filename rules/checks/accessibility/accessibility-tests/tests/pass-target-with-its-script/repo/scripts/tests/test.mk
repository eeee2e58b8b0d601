test-accessibility:
	make _test name="accessibility"
