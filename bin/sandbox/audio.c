/* WAV files of the one kind that the platform knows: 8 kHz, mono, 16 bits, little endian. */
#include <string.h>

#include "sandbox/request.h"

enum { WAV_HEAD = 44, RATE = 8000, FORMAT_PCM = 1 };

static uint32_t le(const unsigned char *p, int bytes)
{
    uint32_t v = 0;

    while (bytes--)
        v = v << 8 | p[bytes];
    return v;
}

static const char *format_wrong(const unsigned char *p, size_t size)
{
    if (size < 16 || le(p, 2) != FORMAT_PCM)
        return "it is not linear PCM";
    if (le(p + 2, 2) != 1)
        return "it is not mono";
    if (le(p + 4, 4) != RATE)
        return "its rate is not 8000 Hz";
    if (le(p + 14, 2) != 16 || le(p + 12, 2) != 2 || le(p + 8, 4) != RATE * 2)
        return "its samples are not of 16 bits";
    return NULL;
}

const char *wav_wrong(const void *data, size_t size)
{
    const unsigned char *p = data, *end = p + size;
    bool format = false;

    if (size < 12 || memcmp(p, "RIFF", 4) != 0 || memcmp(p + 8, "WAVE", 4) != 0)
        return "it is not a WAV file";
    for (p += 12; end - p >= 8;) {
        uint32_t len = le(p + 4, 4);
        const unsigned char *chunk = p + 8;
        if (len > (size_t)(end - chunk))
            return "it ends too early";
        if (memcmp(p, "fmt ", 4) == 0) {
            const char *wrong = format_wrong(chunk, len);
            if (wrong)
                return wrong;
            format = true;
        } else if (memcmp(p, "data", 4) == 0) {
            return !format   ? "its data come before their format"
                   : !len    ? "there is no sound in it"
                   : len % 2 ? "it ends within a sample"
                             : NULL;
        }
        p = chunk + len;
        if (len % 2 && p < end)
            p++;
    }
    return "there is no sound in it";
}

uint64_t wav_size(uint64_t samples)
{
    return WAV_HEAD + samples * 2;
}

static void put(unsigned char *p, uint32_t v, int bytes)
{
    for (; bytes--; v >>= 8)
        *p++ = (unsigned char)v;
}

static void write_head(unsigned char head[WAV_HEAD], uint32_t bytes)
{
    memcpy(head, "RIFF....WAVEfmt ", 16);
    put(head + 4, bytes + WAV_HEAD - 8, 4);
    put(head + 16, 16, 4);
    put(head + 20, FORMAT_PCM, 2);
    put(head + 22, 1, 2);
    put(head + 24, RATE, 4);
    put(head + 28, RATE * 2, 4);
    put(head + 32, 2, 2);
    put(head + 34, 16, 2);
    memcpy(head + 36, "data", 4);
    put(head + 40, bytes, 4);
}

size_t wav_read(uint64_t samples, uint64_t at, char *out, size_t max)
{
    /* a period of 400 Hz: 8000 * sin(2 pi i / 20) */
    static const int16_t tone[20] = {0,     2472,  4702,  6472,  7608,  8000,  7608,
                                     6472,  4702,  2472,  0,     -2472, -4702, -6472,
                                     -7608, -8000, -7608, -6472, -4702, -2472};
    unsigned char head[WAV_HEAD];
    size_t n = 0;

    write_head(head, (uint32_t)(samples * 2));
    for (; n < max && at < wav_size(samples); n++, at++) {
        uint16_t sample;
        if (at < WAV_HEAD) {
            out[n] = (char)head[at];
            continue;
        }
        sample = (uint16_t)tone[(at - WAV_HEAD) / 2 % 20];
        out[n] = (char)(at % 2 ? sample >> 8 : sample & 255);
    }
    return n;
}
