"""What can be wrong with the computer and its network, one file for each diagnosis.

Each file makes the `run` of a core.diagnosis.Diagnosis from the outside things it looks at; computer.py makes the list.
"""
