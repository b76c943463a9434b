#!/bin/sh
# Prints the folder of a JDK 21 or newer: JAVA_HOME's, then PATH's, then one of the usual system folders.
# Where there is none, says so in one sentence and fails.

# Prints the major version of the JDK in folder $1; fails where there is none. Reading its release file takes no time.
version_of() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  version=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
  [ -n "$version" ] || version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*"\([0-9]*\).*/\1/p')
  [ -n "$version" ]
}

on_path=$(command -v javac 2>/dev/null) && on_path=$(readlink -f "$on_path" 2>/dev/null) && on_path=${on_path%/bin/javac}
for home in "${JAVA_HOME:-}" "$on_path" \
  /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
  "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
  /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
  if [ -n "$home" ] && version_of "$home" && [ "$version" -ge 21 ]; then
    printf '%s\n' "$home"
    exit 0
  fi
done
echo "Kora CDC needs a JDK 21 or newer, and none was found in JAVA_HOME, PATH or the usual system folders: install one, or point JAVA_HOME to it." >&2
exit 1
