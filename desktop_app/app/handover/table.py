"""The one table of all forms: what each is called, what it is for, which connections it fits, who writes it.

Formats were read in the tools' own documentation and source: Azure DevOps docs (Azure Artifacts for npm, NuGet, Maven,
Python; "Sign in with a personal access token"), azure-devops-cli-extension (services.py),
terraform-provider-azuredevops (provider.go), artifacts-credprovider (README), and the manuals named in texts.py and
spelling.py. Azure DevOps takes an Entra token wherever it takes a personal access token as a password.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto

from desktop_app.app.handover import texts
from desktop_app.app.handover.spelling import Unfit
from desktop_app.app.handover.texts import Material, in_env_file, in_powershell, in_shell
from desktop_app.app.i18n import _
from desktop_app.core.credential import Secret
from desktop_app.core.problems import ConnectionProblem, Problem
from desktop_app.core.profile import Method


class Takes(Enum):
    """Which secret a form is made of."""

    TOKEN = auto()
    CLIENT_SECRET = auto()


class Shell(StrEnum):
    """Where commands are typed; the last part of a key."""

    BASH = "bash"
    POWERSHELL = "powershell"


class Stays(Enum):
    """Where the secret is after the form was used as meant."""

    NOWHERE = auto()
    SHELL = auto()
    COMMAND_LINE = auto()
    FILE = auto()


_ALL = frozenset(Method)
_SIGNED_IN = frozenset({Method.OAUTH})
_APP = frozenset({Method.CLIENT_SECRET})
_NO_APP = frozenset({Method.PAT, Method.OAUTH})


@dataclass(frozen=True, slots=True)
class Form:
    """One row. `key` is stable; `tool` groups rows; `purpose` is one sentence. `write` may raise Unfit."""

    key: str
    tool: str
    label: str
    purpose: str
    write: Callable[[Material], str] = field(repr=False)
    stays: Stays = Stays.SHELL
    takes: Takes = Takes.TOKEN
    methods: frozenset[Method] = _ALL

    @property
    def title(self) -> str:
        """The label for whoever does not see the tool beside it."""
        return f"{self.tool}: {self.label}"

    @property
    def shell(self) -> Shell | None:
        """The shell it is spelled for, if for one; the same form is there for the other one."""
        return next((shell for shell in Shell if self.key.endswith(f"-{shell}")), None)


def forms_for(method: Method) -> tuple[Form, ...]:
    """The rows that fit a connection of this method, those of a tool next to each other."""
    return tuple(form for form in forms() if method in form.methods)


def form_of(key: str) -> Form:
    """The row of this key. Raises KeyError."""
    return {form.key: form for form in forms()}[key]


def fill_in(form: Form, material: Material) -> Secret:
    """The finished text. Raises FORM_CANNOT_CARRY (facts: form, obstacle) rather than change a character."""
    try:
        return Secret(form.write(material))
    except Unfit as refused:
        facts = {"form": form.key, "obstacle": refused.obstacle.value}
        raise ConnectionProblem(Problem.FORM_CANNOT_CARRY, facts) from None


def forms() -> tuple[Form, ...]:
    """Every row, in the person's language."""
    return (
        Form(
            "token",
            _("Token"),
            _("Token alone"),
            _("For a field that asks for a token or a password."),
            texts.token,
            Stays.NOWHERE,
        ),
        Form(
            "client-secret",
            _("Token"),
            _("Client secret alone"),
            _("For a tool that signs in as the app by itself; give it the tenant ID and the client ID too."),
            texts.token,
            Stays.NOWHERE,
            Takes.CLIENT_SECRET,
            _APP,
        ),
        Form(
            "header",
            _("Web request"),
            _("Authorization header"),
            _("For a program or a test tool that sends requests to Azure DevOps."),
            texts.header,
            Stays.NOWHERE,
        ),
        Form(
            "request-bash",
            _("Web request"),
            _("curl command (bash)"),
            _("Lists the projects, and shows how to call anything else with curl."),
            texts.curl,
        ),
        Form(
            "request-powershell",
            _("Web request"),
            _("Command (PowerShell)"),
            _("Lists the projects, and shows how to call anything else from PowerShell."),
            texts.invoke_rest_method,
        ),
        Form(
            "netrc",
            _("Web request"),
            _("Line for the .netrc file"),
            _("Lets curl, git and many other programs sign in to this host by themselves."),
            texts.netrc,
            Stays.FILE,
        ),
        Form(
            "git-credential-bash",
            _("Git"),
            _("Hand it to git's credential helper (bash)"),
            _("Git remembers the token where your credential helper keeps passwords, and asks for none."),
            texts.git_approve_in_shell,
        ),
        Form(
            "git-credential-powershell",
            _("Git"),
            _("Hand it to git's credential helper (PowerShell)"),
            _("Git remembers the token where your credential helper keeps passwords, and asks for none."),
            texts.git_approve_in_powershell,
        ),
        Form(
            "git-credential-store",
            _("Git"),
            _("Line for the .git-credentials file"),
            _("For machines whose credential helper is “store”."),
            texts.git_store,
            Stays.FILE,
        ),
        Form(
            "git-environment-bash",
            _("Git"),
            _("Environment lines (bash)"),
            _("Git 2.31 or later sends the token to this organization until the shell is closed."),
            in_shell(texts.git_header),
        ),
        Form(
            "git-environment-powershell",
            _("Git"),
            _("Environment lines (PowerShell)"),
            _("Git 2.31 or later sends the token to this organization until the shell is closed."),
            in_powershell(texts.git_header),
        ),
        Form(
            "git-clone-bash",
            _("Git"),
            _("One clone command (bash)"),
            _("Clones a repository and keeps no token: write its names in place of PROJECT and REPOSITORY."),
            texts.git_clone_in_shell,
            Stays.COMMAND_LINE,
        ),
        Form(
            "git-clone-powershell",
            _("Git"),
            _("One clone command (PowerShell)"),
            _("Clones a repository and keeps no token: write its names in place of PROJECT and REPOSITORY."),
            texts.git_clone_in_powershell,
            Stays.COMMAND_LINE,
        ),
        Form(
            "azure-cli-bash",
            _("Azure DevOps CLI"),
            _("Environment line (bash)"),
            _("The commands of “az devops” use this token until the shell is closed."),
            in_shell(texts.azure_cli),
        ),
        Form(
            "azure-cli-powershell",
            _("Azure DevOps CLI"),
            _("Environment line (PowerShell)"),
            _("The commands of “az devops” use this token until the shell is closed."),
            in_powershell(texts.azure_cli),
        ),
        Form(
            "terraform-token-bash",
            _("Terraform"),
            _("Environment lines (bash)"),
            _("The provider microsoft/azuredevops signs in with this token."),
            in_shell(texts.terraform_token),
            methods=_NO_APP,
        ),
        Form(
            "terraform-token-powershell",
            _("Terraform"),
            _("Environment lines (PowerShell)"),
            _("The provider microsoft/azuredevops signs in with this token."),
            in_powershell(texts.terraform_token),
            methods=_NO_APP,
        ),
        Form(
            "terraform-app-bash",
            _("Terraform"),
            _("Environment lines with the client secret (bash)"),
            _("The provider microsoft/azuredevops signs in as the app by itself and renews its token."),
            in_shell(texts.terraform_app),
            takes=Takes.CLIENT_SECRET,
            methods=_APP,
        ),
        Form(
            "terraform-app-powershell",
            _("Terraform"),
            _("Environment lines with the client secret (PowerShell)"),
            _("The provider microsoft/azuredevops signs in as the app by itself and renews its token."),
            in_powershell(texts.terraform_app),
            takes=Takes.CLIENT_SECRET,
            methods=_APP,
        ),
        Form(
            "infisical",
            _("Infisical server"),
            _("Lines for the .env file"),
            _("The server of Infisical signs people in with this app registration; restart it afterwards."),
            in_env_file(texts.infisical),
            Stays.FILE,
            Takes.CLIENT_SECRET,
            _SIGNED_IN,
        ),
        Form(
            "infisical-bash",
            _("Infisical server"),
            _("Environment lines (bash)"),
            _("The same for a server that is started from a shell."),
            in_shell(texts.infisical),
            takes=Takes.CLIENT_SECRET,
            methods=_SIGNED_IN,
        ),
        Form(
            "infisical-powershell",
            _("Infisical server"),
            _("Environment lines (PowerShell)"),
            _("The same for a server that is started from PowerShell."),
            in_powershell(texts.infisical),
            takes=Takes.CLIENT_SECRET,
            methods=_SIGNED_IN,
        ),
        Form(
            "pip",
            _("pip"),
            _("pip.conf or pip.ini"),
            _("pip installs Python packages from a feed: write its name in place of FEED."),
            texts.pip_conf,
            Stays.FILE,
        ),
        Form(
            "pip-bash",
            _("pip"),
            _("Environment line (bash)"),
            _("The same until the shell is closed."),
            in_shell(texts.pip_index),
        ),
        Form(
            "pip-powershell",
            _("pip"),
            _("Environment line (PowerShell)"),
            _("The same until the shell is closed."),
            in_powershell(texts.pip_index),
        ),
        Form(
            "npm",
            _("npm"),
            _("Lines for the .npmrc file of your user"),
            _("npm and pnpm read packages from a feed: write its name in place of FEED."),
            texts.npmrc,
            Stays.FILE,
        ),
        Form(
            "nuget",
            _("NuGet"),
            _("nuget.config"),
            _("NuGet and dotnet read packages from a feed: write its name in place of FEED."),
            texts.nuget_config,
            Stays.FILE,
        ),
        Form(
            "nuget-bash",
            _("NuGet"),
            _("Environment line (bash)"),
            _("For the Azure Artifacts Credential Provider of build servers: write the feed's name in place of FEED."),
            in_shell(texts.nuget_endpoints),
        ),
        Form(
            "nuget-powershell",
            _("NuGet"),
            _("Environment line (PowerShell)"),
            _("For the Azure Artifacts Credential Provider of build servers: write the feed's name in place of FEED."),
            in_powershell(texts.nuget_endpoints),
        ),
        Form(
            "maven",
            _("Maven"),
            _("settings.xml"),
            _("Maven reads packages from a feed: FEED is the id of the repository in your pom.xml."),
            texts.maven_settings,
            Stays.FILE,
        ),
        Form(
            "docker-env-file",
            _("Docker"),
            _("Line for an environment file"),
            _("A container gets the token with “docker run --env-file” or from a compose file."),
            in_env_file(texts.azure_cli),
            Stays.FILE,
        ),
        Form(
            "docker-build-bash",
            _("Docker"),
            _("Build secret (bash)"),
            _("A build reads the token from /run/secrets/azure-devops-token; it does not stay in the image."),
            texts.docker_build_in_shell,
        ),
        Form(
            "docker-build-powershell",
            _("Docker"),
            _("Build secret (PowerShell)"),
            _("A build reads the token from /run/secrets/azure-devops-token; it does not stay in the image."),
            texts.docker_build_in_powershell,
        ),
        Form(
            "kubernetes",
            _("Kubernetes"),
            _("Secret as YAML"),
            _("For “kubectl apply -f -”: a secret named azure-devops with the token and the organization's address."),
            texts.kubernetes_token,
            Stays.FILE,
        ),
        Form(
            "kubernetes-app",
            _("Kubernetes"),
            _("Secret with the client secret as YAML"),
            _("The same with what a program needs to sign in as the app by itself."),
            texts.kubernetes_app,
            Stays.FILE,
            Takes.CLIENT_SECRET,
            _APP,
        ),
    )
