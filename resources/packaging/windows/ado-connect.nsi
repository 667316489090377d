; The installer for Windows. makensis builds it from the folder that build.spec has built:
;
;   makensis -DVERSION=0.1.0 -DFOLDER=dist/ado-connect -DICONS=build/installer/icons -DTARGET=setup.exe ado-connect.nsi
;
; Optional: -DSIGN="command" signs the uninstaller and the installer; the file's name is added to the command.
;
; Switches:  /S            no questions; exit codes: 0 done, 2 stopped, 5 no administrator, 32 the program is open,
;                          1638 a newer version is installed
;            /CurrentUser  for this person (as without a switch): no administrator is asked
;            /AllUsers     for everybody at this computer: takes an administrator
;            /D=folder     where to (must be the last)
; Uninstaller: /S, and /DeleteConnections, without which what a person has saved stays.

Unicode true
SetCompressor /SOLID lzma
ManifestDPIAware true
RequestExecutionLevel user

!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "MUI2.nsh"
!include "nsDialogs.nsh"
!include "WordFunc.nsh"
!include "x64.nsh"

!define NAME "ADO Connect"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\ado-connect"
!define APP_PATHS_KEY "Software\Microsoft\Windows\CurrentVersion\App Paths\ado-connect.exe"
; Where the program keeps its list and its log (desktop_app/infra/paths.py).
!define DATA "$LOCALAPPDATA\ADO Connect"

Name "${NAME}"
BrandingText "${NAME} ${VERSION}"
OutFile "${TARGET}"
InstallDir ""
ShowInstDetails nevershow
ShowUninstDetails nevershow
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "${NAME} Setup"
VIAddVersionKey "LegalCopyright" "MIT License"
!ifdef SIGN
  !uninstfinalize '${SIGN} "%1"' = 0
  !finalize '${SIGN} "%1"' = 0
!endif

!define MUI_ICON "${ICONS}/ado-connect.ico"
!define MUI_UNICON "${ICONS}/ado-connect.ico"
!define MUI_ABORTWARNING
Page custom choose chosen
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\ado-connect.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Start ADO Connect"
!insertmacro MUI_PAGE_FINISH
UninstPage custom un.ask un.asked
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Var everybody ; 1: for all users
Var radio
Var box
Var forget ; 1: what a person has saved is deleted too

; -- for whom -----------------------------------------------------------------------------------------------------

!macro use_everybody
  SetShellVarContext all
  SetRegView 64
  StrCpy $everybody 1
!macroend

!macro use_person
  SetShellVarContext current
  SetRegView 64
  StrCpy $everybody 0
!macroend

!macro write_registry TYPE KEY VALUE_NAME VALUE
  ${If} $everybody = 1
    WriteReg${TYPE} HKLM "${KEY}" "${VALUE_NAME}" ${VALUE}
  ${Else}
    WriteReg${TYPE} HKCU "${KEY}" "${VALUE_NAME}" ${VALUE}
  ${EndIf}
!macroend
!define Write '!insertmacro write_registry'

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "${NAME} needs a 64-bit Windows." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  !insertmacro use_person
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/AllUsers" $1
  ${IfNot} ${Errors}
    !insertmacro use_everybody
    Call need_administrator
  ${EndIf}
  Call choose_folder
  Call refuse_older
FunctionEnd

Function need_administrator
  UserInfo::GetAccountType
  Pop $0
  ${If} $0 != "Admin"
    MessageBox MB_OK|MB_ICONSTOP "Installing for everybody takes an administrator of this computer." /SD IDOK
    SetErrorLevel 5 ; ERROR_ACCESS_DENIED
    Quit
  ${EndIf}
FunctionEnd

Function choose_folder
  ${If} $INSTDIR != ""
    Return ; /D=
  ${EndIf}
  ${If} $everybody = 1
    StrCpy $INSTDIR "$PROGRAMFILES64\${NAME}"
  ${Else}
    StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${NAME}"
  ${EndIf}
FunctionEnd

; An older version would not understand what the newer one has saved.
Function refuse_older
  ${If} $everybody = 1
    ReadRegStr $0 HKLM "${UNINSTALL_KEY}" "DisplayVersion"
  ${Else}
    ReadRegStr $0 HKCU "${UNINSTALL_KEY}" "DisplayVersion"
  ${EndIf}
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 = 1
      MessageBox MB_OK|MB_ICONINFORMATION "${NAME} $0 is installed, which is newer than ${VERSION}. Nothing was changed.$\r$\n$\r$\nIf you want the older version all the same, remove the newer one first, under Settings, Apps. Your connections stay." /SD IDOK
      SetErrorLevel 1638 ; ERROR_PRODUCT_VERSION
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

Function choose
  ${If} $everybody = 1
    Abort ; started again as an administrator: the answer is known
  ${EndIf}
  !insertmacro MUI_HEADER_TEXT "Install ${NAME} ${VERSION}" "Who shall use it?"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateRadioButton} 0 10u 100% 12u "Only &me (no administrator is needed)"
  Pop $0
  ${NSD_Check} $0
  ${NSD_CreateRadioButton} 0 28u 100% 12u "&Everybody at this computer (asks for an administrator)"
  Pop $radio
  ${NSD_CreateLabel} 0 52u 100% 24u "Connections and their secrets are each person's own, in their account and its Credential Manager."
  Pop $0
  nsDialogs::Show
FunctionEnd

Function chosen
  ${NSD_GetState} $radio $0
  ${If} $0 = ${BST_CHECKED}
    ClearErrors
    ExecShell "runas" "$EXEPATH" "/AllUsers"
    ${If} ${Errors} ; the person said no
      Abort
    ${EndIf}
    Quit
  ${EndIf}
FunctionEnd

; -- a program that is open ------------------------------------------------------------------------------------------

; Its files can not be replaced meanwhile. It is closed as by its own button, never killed.
!macro close_program PREFIX
Function ${PREFIX}close_program
  IfFileExists "$INSTDIR\ado-connect.exe" 0 closed
  ClearErrors
  FileOpen $0 "$INSTDIR\ado-connect.exe" a
  IfErrors open
  FileClose $0
closed:
  Return
open:
  MessageBox MB_OKCANCEL|MB_ICONINFORMATION "${NAME} is open. It is closed when you choose OK." /SD IDOK IDOK close
  SetErrorLevel 2
  Quit
close:
  nsExec::Exec 'taskkill /IM ado-connect.exe' ; without /F: asks its windows to close
  Pop $0
  StrCpy $1 0
wait:
  Sleep 500
  ClearErrors
  FileOpen $0 "$INSTDIR\ado-connect.exe" a
  IfErrors again
  FileClose $0
  Return
again:
  IntOp $1 $1 + 1
  IntCmp $1 20 0 wait
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${NAME} is still open, perhaps for another person at this computer. Close it, then choose Retry." /SD IDCANCEL IDRETRY close
  SetErrorLevel 32 ; ERROR_SHARING_VIOLATION
  Quit
FunctionEnd
!macroend
!insertmacro close_program ""
!insertmacro close_program "un."

; -- installing ------------------------------------------------------------------------------------------------------

Section
  Call close_program
  ; What an earlier version has left; only what is the program's own.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${FOLDER}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\ado-connect.exe"

  ${Write} Str "${APP_PATHS_KEY}" "" '"$INSTDIR\ado-connect.exe"'
  ${Write} Str "${UNINSTALL_KEY}" "DisplayName" '"${NAME}"'
  ${Write} Str "${UNINSTALL_KEY}" "DisplayVersion" '"${VERSION}"'
  ${Write} Str "${UNINSTALL_KEY}" "Publisher" '"ADO Connect contributors"'
  ${Write} Str "${UNINSTALL_KEY}" "DisplayIcon" '"$INSTDIR\ado-connect.exe"'
  ${Write} Str "${UNINSTALL_KEY}" "InstallLocation" '"$INSTDIR"'
  ${If} $everybody = 1
    StrCpy $1 "/AllUsers"
  ${Else}
    StrCpy $1 "/CurrentUser"
  ${EndIf}
  ${Write} Str "${UNINSTALL_KEY}" "UninstallString" `'"$INSTDIR\uninstall.exe" $1'`
  ${Write} Str "${UNINSTALL_KEY}" "QuietUninstallString" `'"$INSTDIR\uninstall.exe" $1 /S'`
  ${Write} DWORD "${UNINSTALL_KEY}" "NoModify" 1
  ${Write} DWORD "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  ${Write} DWORD "${UNINSTALL_KEY}" "EstimatedSize" $0
SectionEnd

; -- uninstalling ----------------------------------------------------------------------------------------------------

Function un.onInit
  !insertmacro use_person
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/AllUsers" $1
  ${IfNot} ${Errors}
    !insertmacro use_everybody
    UserInfo::GetAccountType
    Pop $2
    ${If} $2 != "Admin"
      ExecShell "runas" "$EXEPATH" "$0 _?=$INSTDIR"
      Quit
    ${EndIf}
  ${EndIf}
  StrCpy $forget 0
  ClearErrors
  ${GetOptions} $0 "/DeleteConnections" $1
  ${IfNot} ${Errors}
    StrCpy $forget 1
  ${EndIf}
FunctionEnd

Function un.ask
  !insertmacro MUI_HEADER_TEXT "Remove ${NAME}" "What you have saved stays, unless you say otherwise."
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateCheckbox} 0 10u 100% 12u "&Delete my list of connections and the log, too"
  Pop $box
  ${NSD_CreateLabel} 0 30u 100% 36u "Secrets are in the Windows Credential Manager. They go with their connection: to delete them, cancel here, remove the connections in ${NAME}, and start again."
  Pop $0
  nsDialogs::Show
FunctionEnd

Function un.asked
  ${NSD_GetState} $box $0
  ${If} $0 = ${BST_CHECKED}
    StrCpy $forget 1
  ${EndIf}
FunctionEnd

Section "Uninstall"
  Call un.close_program
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\ado-connect.exe"
  Delete "$INSTDIR\ado-connect-cli.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; only if nothing of anybody else's is in it
  Delete "$SMPROGRAMS\${NAME}.lnk"
  ${If} $everybody = 1
    DeleteRegKey HKLM "${UNINSTALL_KEY}"
    DeleteRegKey HKLM "${APP_PATHS_KEY}"
  ${Else}
    DeleteRegKey HKCU "${UNINSTALL_KEY}"
    DeleteRegKey HKCU "${APP_PATHS_KEY}"
  ${EndIf}
  ${If} $forget = 1
    SetShellVarContext current ; of the person who asked, never of others
    RMDir /r "${DATA}"
  ${EndIf}
SectionEnd
