"""The application that these suites test, in the manner of 2017."""
