# Signs one file with the certificate ADO_CONNECT_SIGN_THUMBPRINT, and has the time attested, so that the signature
# outlives the certificate.
param([Parameter(Mandatory)][string]$File)
$ErrorActionPreference = "Stop"

$kits = Join-Path ${env:ProgramFiles(x86)} "Windows Kits\10\bin\*\x64\signtool.exe"
$signtool = Get-ChildItem $kits | Sort-Object FullName | Select-Object -Last 1
& $signtool.FullName sign /sha1 $env:ADO_CONNECT_SIGN_THUMBPRINT /fd SHA256 /tr http://timestamp.digicert.com /td SHA256 $File
exit $LASTEXITCODE
