# shellcheck shell=bash
# Sound files for the tests.

# le BYTES NUMBER: little-endian
le() {
    local n=$2 i
    for ((i = 0; i < $1; i++)); do
        printf '%b' "\\x$(printf %02x $((n & 255)))"
        n=$((n >> 8))
    done
}
# wav RATE CHANNELS SECONDS: silence, 16 bits
wav() {
    local size=$(($1 * $2 * 2 * $3))
    printf RIFF
    le 4 $((36 + size))
    printf 'WAVEfmt '
    le 4 16
    le 2 1
    le 2 "$2"
    le 4 "$1"
    le 4 $(($1 * $2 * 2))
    le 2 $(($2 * 2))
    le 2 16
    printf data
    le 4 "$size"
    head -c "$size" /dev/zero
}
