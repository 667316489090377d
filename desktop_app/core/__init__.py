"""The pure heart of ADO Connect: types and rules, standard library only, no I/O, no Qt, no words for users."""
