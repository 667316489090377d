# Installs dist/*-setup.exe for this person without questions, lets the program test itself, installs over it once more,
# and removes it again. What a person has saved must stay.
$ErrorActionPreference = "Stop"

function Invoke-Setup([string]$Program, [string[]]$Arguments) {
    $process = Start-Process $Program -ArgumentList $Arguments -Wait -PassThru
    if ($process.ExitCode -ne 0) { throw "$Program ended with $($process.ExitCode)" }
}

$setup = (Get-Item dist/*-setup.exe).FullName
$folder = Join-Path $env:LOCALAPPDATA "Programs\ADO Connect"
$saved = Join-Path $env:LOCALAPPDATA "ADO Connect\connections.json"
New-Item -ItemType Directory -Force (Split-Path $saved) | Out-Null
Set-Content $saved "saved by a person"

foreach ($turn in 1, 2) {
    Invoke-Setup $setup "/S"
    & "$folder\ado-connect-cli.exe" --self-test
    if ($LASTEXITCODE -ne 0) { throw "the self-test ended with $LASTEXITCODE" }
}
# The uninstaller copies itself to another place and goes on there; with _?= it stays, and can be waited for.
Invoke-Setup "$folder\uninstall.exe" "/CurrentUser", "/S", "_?=$folder"
Remove-Item "$folder\uninstall.exe" -ErrorAction SilentlyContinue
if (Test-Path "$folder\_internal") { throw "something of the program is left" }
if ((Get-Content $saved) -ne "saved by a person") { throw "what was saved is gone" }
Remove-Item $saved
