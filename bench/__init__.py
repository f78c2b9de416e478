"""What is fast or good, against whom, measured in one run. Nothing here is imported by the program or a test."""
