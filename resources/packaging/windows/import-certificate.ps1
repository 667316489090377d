# Puts the certificate in CERTIFICATE (a .pfx, base64; its password in PASSWORD) into the store of whoever runs this, and
# tells the later steps of the workflow which one it is.
$ErrorActionPreference = "Stop"

$file = Join-Path $env:RUNNER_TEMP "certificate.pfx"
try {
    [IO.File]::WriteAllBytes($file, [Convert]::FromBase64String($env:CERTIFICATE))
    $password = ConvertTo-SecureString $env:PASSWORD -AsPlainText -Force
    $certificate = Import-PfxCertificate -FilePath $file -CertStoreLocation Cert:\CurrentUser\My -Password $password
} finally {
    Remove-Item $file -ErrorAction SilentlyContinue
}
Add-Content $env:GITHUB_ENV "ADO_CONNECT_SIGN_THUMBPRINT=$($certificate.Thumbprint)"
