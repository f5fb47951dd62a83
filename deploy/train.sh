#!/usr/bin/env bash
# Starts the package here once, with servers of its own, asks it a little and ends it: the JVM writes its cache as it ends.
#
#   train.sh CACHE OPTION…    where to write the cache, and the JVM's options
#
# Not as root, whom PostgreSQL refuses.
set -euo pipefail

cache=$1
shift
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
PLEXE_LOCAL=true PLEXE_DATA_DIR=$data QUARKUS_HTTP_PORT=18080 \
  java -XX:AOTCacheOutput="$cache" "$@" -jar quarkus-run.jar > "$data/log" 2>&1 &
service=$!

# The status of GET $1, without a client that an image may not have.
ask() {
  exec 3<> /dev/tcp/127.0.0.1/18080 || return 1
  printf 'GET %s HTTP/1.0\r\nHost: localhost\r\nx-api-key: none\r\n\r\n' "$1" >&3
  head -n 1 <&3
  exec 3>&-
} 2> /dev/null

until [[ $(ask /q/health/ready) == *" 200 "* ]]; do
  kill -0 "$service" || { cat "$data/log"; exit 1; }
  sleep 0.2
done
for path in /models /auth/verify /.well-known/jwks.json /q/metrics /q/openapi /; do
  ask "$path" > /dev/null
done
kill -TERM "$service"
wait "$service" || true
[[ -s $cache ]] || { cat "$data/log"; exit 1; }
