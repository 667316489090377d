"""How a credential is obtained and proved: Entra through msal, personal access tokens, and the checks of a
connection."""
