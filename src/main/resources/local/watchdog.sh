#!/bin/sh
# Ends the local PostgreSQL and Redis when the service has ended, however it ended.
#
#   watchdog.sh DIRECTORY [keep|delete]
#
# The service holds the other end of standard input and writes on it, one per line, the ids of the processes it has
# started. End-of-file means that the service is gone: even after SIGKILL the kernel closes a pipe. With an empty
# standard input the script ends at once what an earlier service left behind.
#
# A process is only ever signalled while its command line names DIRECTORY, so a process id that was given to somebody
# else in the meantime is left alone.

# Ctrl-C and a closed terminal reach the whole process group; the service must go first.
trap '' HUP INT QUIT TERM

directory=$1
afterwards=${2:-keep}
own_id_file=$directory/watchdog.pid
pids=

command_of() {
    if [ -d /proc/self ]; then
        tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline"
    else
        ps -p "$1" -o command= 2>/dev/null
    fi
}

is_ours() {
    case $1 in
        '' | *[!0-9]*) return 1 ;;
    esac
    case $(command_of "$1" 2>/dev/null) in
        *"$directory/"*) return 0 ;;
        *) return 1 ;;
    esac
}

# Each once: a second SIGINT would make Redis leave without saving.
remember() {
    case " $pids " in
        *" $1 "*) ;;
        *) pids="$pids $1" ;;
    esac
}

signal_the_living() {
    for pid in $pids; do
        if is_ours "$pid"; then
            kill "$1" "$pid" 2>/dev/null
        fi
    done
}

# $1: tenths of a second
wait_for_the_end() {
    left=$1
    while [ "$left" -gt 0 ]; do
        living=
        for pid in $pids; do
            if is_ours "$pid"; then
                living=$pid
            fi
        done
        if [ -z "$living" ]; then
            return 0
        fi
        sleep 0.1
        left=$((left - 1))
    done
    return 1
}

echo "$$" >"$own_id_file"

while read -r pid; do
    remember "$pid"
done

# What was started last may not have been reported any more.
for id_file in "$directory/postgres/postmaster.pid" "$directory/redis/redis.pid"; do
    if read -r pid 2>/dev/null <"$id_file"; then
        remember "$pid"
    fi
done

# SIGINT: PostgreSQL disconnects its clients and writes a checkpoint ("fast shutdown"), Redis saves.
# SIGQUIT: both end without that; PostgreSQL recovers from its write-ahead log at the next start.
signal_the_living -INT
wait_for_the_end 150 || {
    signal_the_living -QUIT
    wait_for_the_end 50
} || {
    signal_the_living -KILL
    wait_for_the_end 50
}

if [ "$afterwards" = delete ]; then
    rm -rf "$directory"
else
    rm -f "$own_id_file"
fi
