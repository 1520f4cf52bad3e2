@echo off
rem Runs Maven: the one on the PATH where it is 3.8 or later, else the version pinned in
rem .mvn\wrapper\maven-wrapper.properties, fetched once, checked, and kept under %USERPROFILE%\.m2\wrapper.
rem
rem   MAVEN_USER_HOME  in place of %USERPROFILE%\.m2
rem   MVNW_REPOURL     a Maven repository to fetch from in place of Apache's archive, as https://host/path
rem   JAVA_HOME        the JDK to run on, else the java on the PATH
setlocal

if defined JAVA_HOME (
  if not exist "%JAVA_HOME%\bin\java.exe" (
    >&2 echo mvnw: JAVA_HOME is "%JAVA_HOME%", where there is no bin\java.exe; set it to a JDK of 17 or later
    exit /b 1
  )
) else (
  where java >nul 2>nul
  if errorlevel 1 (
    >&2 echo mvnw: no Java found; install a JDK of 17 or later and put it on the PATH, or set JAVA_HOME
    exit /b 1
  )
)

set "MVNW_MAVEN="
for /f "delims=" %%m in ('where mvn.cmd 2^>nul') do if not defined MVNW_MAVEN set "MVNW_MAVEN=%%m"
if not defined MVNW_MAVEN goto fetch

rem The version of a mvn is the line that reads: Apache Maven 3.9.16 (...)
set "MVNW_MAJOR=0"
set "MVNW_MINOR=0"
for /f "tokens=3,4 delims=. " %%a in ('call "%MVNW_MAVEN%" -v 2^>nul ^| findstr /c:"Apache Maven"') do (
  set "MVNW_MAJOR=%%a"
  set "MVNW_MINOR=%%b"
)
if %MVNW_MAJOR% gtr 3 goto run
if %MVNW_MAJOR% equ 3 if %MVNW_MINOR% geq 8 goto run

:fetch
set "MVNW_SCRIPT=%~f0"
set "MVNW_ROOT=%~dp0"
set "MVNW_MAVEN="
for /f "usebackq delims=" %%m in (`powershell -NoProfile -ExecutionPolicy Bypass -Command "Invoke-Expression (((Get-Content -Raw -LiteralPath $env:MVNW_SCRIPT) -split '# PowerShell from here on')[-1])"`) do set "MVNW_MAVEN=%%m"
if not defined MVNW_MAVEN exit /b 1

:run
call "%MVNW_MAVEN%" %*
exit /b %ERRORLEVEL%

# PowerShell from here on
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

function Fail($message) {
  [Console]::Error.WriteLine("mvnw: $message")
  if ($work -and (Test-Path -LiteralPath $work)) { Remove-Item -Recurse -Force -LiteralPath $work }
  exit 1
}

$properties = Get-Content -Raw -LiteralPath (Join-Path $env:MVNW_ROOT '.mvn\wrapper\maven-wrapper.properties') |
  ConvertFrom-StringData
$version = $properties.mavenVersion
$userHome = if ($env:MAVEN_USER_HOME) { $env:MAVEN_USER_HOME } else { Join-Path $env:USERPROFILE '.m2' }
$wrapper = Join-Path $userHome 'wrapper'
$mavenHome = Join-Path $wrapper "apache-maven-$version"
$maven = Join-Path $mavenHome 'bin\mvn.cmd'

if (-not (Test-Path -LiteralPath $maven)) {
  $url = $properties.archiveUrl
  if ($env:MVNW_REPOURL) { $url = "$($env:MVNW_REPOURL.TrimEnd('/'))/org/apache/maven/apache-maven/$version" }
  $url = "$url/apache-maven-$version-bin.zip"

  $work = Join-Path $wrapper "fetch-$PID"
  try { New-Item -ItemType Directory -Force -Path $work | Out-Null }
  catch { Fail "cannot make the folder ${work}: $_; MAVEN_USER_HOME names another place" }
  $archive = Join-Path $work 'maven.zip'

  [Console]::Error.WriteLine("mvnw: fetching Maven $version from $url")
  try {
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor 'Tls12'
    Invoke-WebRequest -UseBasicParsing -Uri $url -OutFile $archive
  } catch {
    Fail "cannot fetch ${url}: $_ Check the network, set MVNW_REPOURL to a Maven repository that can be reached, or install Maven 3.8 or later"
  }

  $actual = (Get-FileHash -Algorithm SHA512 -LiteralPath $archive).Hash
  if ($actual -ne $properties.zipSha512) {
    Fail "what came from $url is not Maven $version and was deleted: its SHA-512 is $actual, not $($properties.zipSha512)"
  }

  try {
    Expand-Archive -LiteralPath $archive -DestinationPath $work
    # A rename is whole or not at all, and fails where another mvnw was first.
    try { [IO.Directory]::Move((Join-Path $work "apache-maven-$version"), $mavenHome) }
    catch { if (-not (Test-Path -LiteralPath $maven)) { throw } }
    Remove-Item -Recurse -Force -LiteralPath $work
  } catch {
    Fail "cannot unpack Maven $version into ${mavenHome}: $_"
  }
}

Write-Output $maven
