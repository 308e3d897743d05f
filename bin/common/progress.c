#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/cli.h"
#include "common/progress.h"
#include "jaxl/clock.h"

const char *const cli_progress_modes[] = {"auto", "always", "never", NULL};

static struct {
    bool on, visible;
    int64_t started, drawn;
} bar;

void cli_progress_start(enum cli_progress_mode mode)
{
    bar.on = mode == CLI_PROGRESS_ALWAYS || (mode == CLI_PROGRESS_AUTO && isatty(STDERR_FILENO));
    bar.started = jaxl_clock_mono(jaxl_clock_system());
    bar.drawn = 0;
}

bool cli_progress_shown(void)
{
    return bar.on;
}

static size_t line_width(void)
{
    size_t width = cli_terminal_width(STDERR_FILENO);

    return width > 20 ? width - 1 : 79;
}

static void format_left(char *out, size_t room, uint64_t left, double rate)
{
    double seconds = rate > 0 ? (double)left / rate : 0;
    unsigned s = seconds < 359999 ? (unsigned)(seconds + 0.5) : 359999;

    if (rate <= 0)
        snprintf(out, room, "--:--");
    else if (s >= 3600)
        snprintf(out, room, "%u:%02u:%02u", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, room, "%u:%02u", s / 60, s % 60);
}

void cli_progress_format(char *out, size_t room, size_t width, uint64_t done, uint64_t total,
                         int64_t elapsed, const char *counts)
{
    enum { CELLS = 20 };
    double rate = elapsed > 0 ? (double)done * 1e6 / (double)elapsed : 0;
    char line[512], cells[CELLS + 1] = "....................", left[24];

    if (total) {
        memset(cells, '#', done >= total ? CELLS : (size_t)(done * CELLS / total));
        format_left(left, sizeof left, done < total ? total - done : 0, rate);
        snprintf(line, sizeof line, "[%s] %" PRIu64 "/%" PRIu64 "  %.1f/s  %s left  %s", cells,
                 done, total, rate, left, counts);
    } else {
        snprintf(line, sizeof line, "%" PRIu64 "  %.1f/s  %s", done, rate, counts);
    }
    snprintf(out, room < width + 1 ? room : width + 1, "%s", line);
}

void cli_progress_update(uint64_t done, uint64_t total, const char *counts)
{
    char line[512], text[600];
    int64_t now;
    int n;

    if (!bar.on)
        return;
    now = jaxl_clock_mono(jaxl_clock_system());
    if (bar.visible && now - bar.drawn < JAXL_SECOND / 10)
        return;
    cli_progress_format(line, sizeof line, line_width(), done, total, now - bar.started, counts);
    n = snprintf(text, sizeof text, "\r\033[K%s", line);
    bar.visible = write(STDERR_FILENO, text, (size_t)n) > 0;
    bar.drawn = now;
}

void cli_progress_hide(void)
{
    if (bar.visible && write(STDERR_FILENO, "\r\033[K", 4) > 0)
        bar.visible = false;
}
