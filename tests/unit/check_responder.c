#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "events/responder_impl.h"
#include "failmalloc.h"
#include "threads.h"

enum { EVENTS = 20000, ANSWER = 64 };

static struct jaxl_responder *responder;
static char dir[256];

static struct {
    struct {
        int code, times;
        char text[ANSWER], why[128];
    } events[EVENTS];
    int n;
} told; /* under the lock */

static void on_answered(void *ctx, uint64_t ticket, int code, const char *text, size_t len,
                        const struct jaxl_error *err)
{
    (void)ctx;
    pthread_mutex_lock(&lock);
    told.events[ticket].code = code;
    told.events[ticket].times++;
    snprintf(told.events[ticket].text, ANSWER, "%.*s", (int)len, text);
    snprintf(told.events[ticket].why, sizeof told.events[ticket].why, "%.127s", err->message);
    told.n++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static void setup(void)
{
    signal(SIGPIPE, SIG_IGN);
    memset(&told, 0, sizeof told);
    test_log_text[0] = '\0';
    hand = JAXL_SECOND;
    unit_dir_make(dir);
    ck_assert_int_eq(setenv("DIR", dir, 1), 0);
}

static void teardown(void)
{
    jaxl_responder_free(&responder);
    ck_assert_ptr_null(responder);
    unit_dir_remove(dir);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* no child is left, not even a dead one */
}

static void start_with(struct jaxl_responder_options o)
{
    struct jaxl_error err = {.code = 0};

    o.answered = on_answered;
    o.log = &test_log;
    ck_assert_msg(jaxl_responder_start(&responder, &o, &err) == 0, "%s", err.message);
}

/* What sh does for each line, in $id what it was asked. */
static void run_each(const char *body, const struct jaxl_clock *clock)
{
    char command[2000];

    snprintf(command, sizeof command,
             "say() { printf '{\"id\": \"%%s\", %%s}\\n' \"$@\"; }\n"
             "while IFS= read -r l; do id=${l#*:\\\"}; id=${id%%%%\\\"*}\n%s\ndone",
             body);
    start_with((struct jaxl_responder_options){.command = command, .clock = clock});
}

static int ask_of(uint64_t ticket, int64_t call)
{
    char id[20], line[60];

    snprintf(id, sizeof id, "e%d", (int)ticket);
    snprintf(line, sizeof line, "{\"id\":\"%s\",\"event\":\"option\"}\n", id);
    return jaxl_responder_ask(responder, ticket, call, id, line, strlen(line));
}

static int ask(uint64_t ticket)
{
    return ask_of(ticket, 0);
}

static void expect(uint64_t ticket, int code, const char *text)
{
    AWAIT(told.events[ticket].times > 0);
    pthread_mutex_lock(&lock);
    ck_assert_msg(told.events[ticket].code == code, "%d: %s, %s", (int)ticket,
                  jaxl_error_name(told.events[ticket].code), told.events[ticket].why);
    ck_assert_str_eq(told.events[ticket].text, text);
    ck_assert_int_eq(told.events[ticket].times, 1);
    pthread_mutex_unlock(&lock);
}

static struct jaxl_responder_counts counts(void)
{
    struct jaxl_responder_counts c;

    jaxl_responder_counts(responder, &c);
    return c;
}

/* Each asked event is counted once, and so answered exactly once. */
static void expect_all_answered(uint64_t n)
{
    struct jaxl_responder_counts c = counts();

    ck_assert_uint_eq(c.asked, n);
    ck_assert_uint_eq(c.answered + c.passed + c.bad + c.timeouts + c.died + c.stopped, n);
    pthread_mutex_lock(&lock);
    ck_assert_int_eq(told.n, (int)n);
    for (size_t i = 0; i < EVENTS; i++)
        ck_assert_int_le(told.events[i].times, 1);
    pthread_mutex_unlock(&lock);
}

START_TEST(each_its_answer)
{
    char text[ANSWER];

    run_each("say $id '\"next\": 1'${id#e}", NULL);
    for (uint64_t i = 0; i < 200; i++)
        ck_assert_int_eq(ask(i), 0);
    for (uint64_t i = 0; i < 200; i++) {
        snprintf(text, sizeof text, "{\"next\":1%d}", (int)i);
        expect(i, 0, text);
    }
    jaxl_responder_stop(responder, PATIENCE * JAXL_SECOND);
    expect_all_answered(200);
    ck_assert_uint_eq(counts().answered, 200);
    ck_assert_uint_eq(counts().starts, 1);
    ck_assert_str_eq(test_log_text, "");
}
END_TEST

START_TEST(in_another_order)
{
    char text[ANSWER];

    run_each(
        "all=\"$id $all\"; [ $id != e9 ] || for i in $all; do say $i '\"next\": 1'${i#e}; done",
        NULL);
    for (uint64_t i = 0; i < 10; i++)
        ck_assert_int_eq(ask(i), 0);
    for (uint64_t i = 0; i < 10; i++) {
        snprintf(text, sizeof text, "{\"next\":1%d}", (int)i);
        expect(i, 0, text);
    }
}
END_TEST

static const struct {
    const char *members;
    int code;
    const char *answer, *why;
} answers[] = {
    {"\"next\": 7", 0, "{\"next\":7}", ""},
    {"\"prompt\": [\"Hi.\"], \"num_characters\": 1", 0,
     "{\"prompt\":[\"Hi.\"],\"num_characters\":1}", ""},
    {"\"prompt\": null", JAXL_EEND, "", NULL},
    {"\"next\": 7, \"devices\": [1]", JAXL_EINPUT, "", NULL},
    {"\"phone\": \"x\"", JAXL_EINPUT, "", NULL},
    {"\"promt\": [\"Hi.\"]", JAXL_EINPUT, "", NULL},
};

START_TEST(answers_are_checked)
{
    char body[200];

    snprintf(body, sizeof body, "say $id '%s'", answers[_i].members);
    run_each(body, NULL);
    ck_assert_int_eq(ask(3), 0);
    expect(3, answers[_i].code, answers[_i].answer);
    if (answers[_i].code == JAXL_EINPUT)
        ck_assert_str_ne(told.events[3].why, "");
    ck_assert_uint_eq(counts().answered, answers[_i].code == 0);
    ck_assert_uint_eq(counts().passed, answers[_i].code == JAXL_EEND);
    ck_assert_uint_eq(counts().bad, answers[_i].code == JAXL_EINPUT);
}
END_TEST

START_TEST(passed_by_the_id_alone)
{
    run_each("echo \"{\\\"id\\\": \\\"$id\\\"}\"", NULL);
    ck_assert_int_eq(ask(0), 0);
    expect(0, JAXL_EEND, "");
    ck_assert_uint_eq(counts().passed, 1);
}
END_TEST

START_TEST(twice)
{
    run_each("say $id '\"next\": 1'; [ $id != e0 ] || say $id '\"next\": 2'", NULL);
    ck_assert_int_eq(ask(0), 0);
    ck_assert_int_eq(ask(1), 0);
    expect(1, 0, "{\"next\":1}");
    expect(0, 0, "{\"next\":1}");
    ck_assert_uint_eq(counts().twice, 1);
    UNTIL(has_logged("co-process 1: answers an event twice: 'e0'\n"));
    expect_all_answered(2);
}
END_TEST

START_TEST(told_without_an_answer)
{
    static const char line[] = "{\"id\":\"t0\",\"event\":\"teardown\"}\n";

    run_each("say $id '\"next\": 1'; [ $id != e0 ] || say t0 '\"next\": 2'", NULL);
    ck_assert_int_eq(jaxl_responder_tell(responder, 0, "t0", line, strlen(line)), 0);
    ck_assert_int_eq(ask(0), 0);
    ck_assert_int_eq(ask(1), 0);
    expect(1, 0, "{\"next\":1}");
    expect(0, 0, "{\"next\":1}");
    ck_assert_uint_eq(counts().told, 1);
    ck_assert_uint_eq(counts().unknown, 0);
    ck_assert_uint_eq(counts().twice, 1); /* its answer was passed over, the second one told */
    expect_all_answered(2);
}
END_TEST

START_TEST(late)
{
    run_each("[ $id = e0 ] || say $id '\"next\": 1'; [ $id != e2 ] || say e0 '\"next\": 2'",
             hand_clock());
    ck_assert_int_eq(ask(0), 0);
    ck_assert_int_eq(ask(1), 0);
    expect(1, 0, "{\"next\":1}");
    ck_assert_int_eq(told.events[0].times, 0);
    hand += JAXL_RESPONDER_TIMEOUT;
    ck_assert_int_eq(ask(2), 0);
    expect(0, JAXL_EAGAIN, "");
    ck_assert_str_eq(told.events[0].why, "co-process 1: no answer within 3000 ms");
    expect(2, 0, "{\"next\":1}");
    UNTIL(counts().late == 1);
    UNTIL(has_logged(
        "co-process 1: answers an event too late (do its answers wait in a buffer?): 'e0'\n"));
    expect_all_answered(3);
}
END_TEST

/* Nobody needs to move for an event to time out. */
START_TEST(a_timer_of_its_own)
{
    start_with(
        (struct jaxl_responder_options){.command = "cat >/dev/null", .timeout = 20 * JAXL_MSEC});
    ck_assert_int_eq(ask(0), 0);
    expect(0, JAXL_EAGAIN, "");
}
END_TEST

/* Which is no reason to hold it for hung. */
START_TEST(in_a_hurry)
{
    start_with((struct jaxl_responder_options){.command = "exec 3>&1; cat >/dev/null",
                                               .timeout = 600 * JAXL_SECOND});
    ck_assert_int_eq(ask(0), 0);
    jaxl_responder_hurry(responder, 0);
    for (uint64_t i = 0; i < 3 * JAXL_RESPONDER_SILENT; i++) {
        ck_assert_int_eq(i ? ask(i) : 0, 0);
        expect(i, JAXL_EAGAIN, "");
    }
    ck_assert_uint_eq(counts().timeouts, 3 * JAXL_RESPONDER_SILENT);
    ck_assert_uint_eq(counts().starts, 1);
}
END_TEST

static const struct {
    const char *body, *log;
} odd[] = {
    {"echo nonsense", "co-process 1: writes what is not JSON: 'nonsense'\n"},
    {"echo '[1]'", "co-process 1: writes a line without the id of an event: '[1]'\n"},
    {"echo '\"e0\"'", "without the id of an event: '\"e0\"'\n"},
    {"echo '{\"id\": 0, \"next\": 1}'", "without the id of an event: '{\"id\": 0, \"next\": 1}'\n"},
    {"printf '\\000\\377\\n'", "writes what is not JSON: ''\n"},
    {"printf '%300d\\n' 1", "without the id of an event: '                                       "
                            "                     ...'\n"},
    {"printf '{%70000d}\\n' 1", "co-process 1: writes a line of more than 64 KiB: "},
    {"say other '\"next\": 1'",
     "co-process 1: answers an event that it was not asked about: 'other'\n"},
};

START_TEST(what_is_no_answer_is_told)
{
    char body[300];

    snprintf(body, sizeof body, "echo; echo '  '; %s; say $id '\"next\": 1'", odd[_i].body);
    run_each(body, hand_clock());
    ck_assert_int_eq(ask(0), 0);
    expect(0, 0, "{\"next\":1}");
    ck_assert_msg(has_logged(odd[_i].log), "%s", test_log_text);
    ck_assert_uint_eq(counts().rubbish + counts().unknown, 1);
    for (uint64_t i = 1; i < 5; i++) {
        ck_assert_int_eq(ask(i), 0);
        expect(i, 0, "{\"next\":1}");
    }
    ck_assert(!has_logged("more like it"));
    hand += 10 * JAXL_SECOND;
    ck_assert_int_eq(ask(5), 0);
    expect(5, 0, "{\"next\":1}");
    UNTIL(has_logged(" (and 4 more like it)\n"));
    ck_assert_uint_eq(counts().rubbish + counts().unknown, 6);
}
END_TEST

START_TEST(one_that_dies)
{
    run_each("[ $id != e2 ] || exit 3; [ $id != e3 ] || say $id '\"next\": 1'", hand_clock());
    for (uint64_t i = 0; i < 3; i++)
        ck_assert_int_eq(ask(i), 0);
    for (uint64_t i = 0; i < 3; i++)
        expect(i, JAXL_EIO, "");
    UNTIL(has_logged("co-process 1: it has ended (exit status 3), 3 events without answer, starts "
                     "again in "));
    ck_assert_int_eq(ask(3), JAXL_EIO); /* the clock stands still */
    ck_assert_uint_eq(counts().running, 0);
    hand += 100 * JAXL_MSEC;
    UNTIL(counts().running == 1);
    ck_assert_int_eq(ask(3), 0);
    expect(3, 0, "{\"next\":1}");
    ck_assert_uint_eq(counts().starts, 2);
    ck_assert_uint_eq(counts().refused, 1);
    expect_all_answered(4);
}
END_TEST

START_TEST(killed_by_somebody)
{
    run_each("kill -9 $$", hand_clock());
    ck_assert_int_eq(ask(0), 0);
    expect(0, JAXL_EIO, "");
    UNTIL(has_logged("it has ended (ended by signal 9), 1 events without answer"));
}
END_TEST

START_TEST(a_command_that_is_not_there)
{
    start_with((struct jaxl_responder_options){.command = "exec /nonexistent/command 2>/dev/null",
                                               .clock = hand_clock()});
    UNTIL(has_logged("(exit status 127: command not found)"));
    ck_assert_int_eq(ask(0), JAXL_EIO);
}
END_TEST

static bool is_down(void)
{
    bool down;

    pthread_mutex_lock(&responder->lock);
    down = responder->jobs[0].state == JAXL_RESPONDER_DOWN;
    pthread_mutex_unlock(&responder->lock);
    return down;
}

/* Half of the pause is fixed, the other half by chance; it doubles, and is short again after a life
 * of ten seconds. */
START_TEST(pauses_grow)
{
    int64_t pause = 100 * JAXL_MSEC;
    uint64_t n = 0;

    run_each("exit 0", hand_clock());
    for (int turn = 0; turn < 4; turn++, n++) {
        if (turn == 3) {
            hand += 10 * JAXL_SECOND;
            pause = 100 * JAXL_MSEC;
        }
        ck_assert_int_eq(ask(n), 0);
        expect(n, JAXL_EIO, "");
        UNTIL(is_down());
        ck_assert_int_ge(responder->jobs[0].start_at - hand, pause / 2);
        ck_assert_int_le(responder->jobs[0].start_at - hand, pause);
        hand += pause;
        UNTIL(counts().running == 1);
        pause *= 2;
    }
}
END_TEST

/* Its queue fills up; what was asked times out; after five it is killed and started again. */
START_TEST(one_that_hangs)
{
    enum { LONG = 100000 };
    char *line = malloc(LONG + 1), id[20];
    uint64_t n = 0;
    int rc = 0;

    memset(line, ' ', LONG);
    line[LONG - 1] = '\n';
    start_with((struct jaxl_responder_options){
        .command = "exec sleep 1000", .clock = hand_clock(), .timeout = 200 * JAXL_MSEC});
    for (; !rc; n += !rc) {
        snprintf(id, sizeof id, "e%d", (int)n);
        rc = jaxl_responder_ask(responder, n, 0, id, line, LONG);
    }
    free(line);
    ck_assert_int_eq(rc, JAXL_EBUSY);
    ck_assert_uint_ge(n, 41);
    ck_assert_uint_le(n, 43);
    hand += 200 * JAXL_MSEC;
    for (uint64_t i = 0; i < n; i++)
        expect(i, JAXL_EAGAIN, "");
    UNTIL(has_logged("co-process 1: it hung and was killed (ended by signal 9), 0 events without "
                     "answer, starts again in "));
    hand += 100 * JAXL_MSEC;
    UNTIL(counts().starts == 2);
    expect_all_answered(n);
}
END_TEST

START_TEST(an_answer_shows_that_it_does_not_hang)
{
    run_each("case $id in *4 | *9) say $id '\"next\": 1';; esac", hand_clock());
    for (uint64_t i = 0; i < 20; i++) {
        ck_assert_int_eq(ask(i), 0);
        if (i % 5 == 4)
            expect(i, 0, "{\"next\":1}");
        else if (i % 5 == 3)
            hand += JAXL_RESPONDER_TIMEOUT;
    }
    ck_assert_uint_eq(counts().timeouts, 16);
    ck_assert_uint_eq(counts().starts, 1);
    ck_assert_uint_eq(counts().died, 0);
}
END_TEST

START_TEST(the_last_line_lacks_its_newline)
{
    run_each("printf '{\"id\": \"%s\", \"next\": 1}' $id; exit", hand_clock());
    ck_assert_int_eq(ask(0), 0);
    expect(0, 0, "{\"next\":1}");
}
END_TEST

START_TEST(a_line_in_pieces)
{
    run_each("printf '{\"id\": \"'; printf $id; printf '\", \"next\"'; printf ': 1}\\n'", NULL);
    for (uint64_t i = 0; i < 20; i++) {
        ck_assert_int_eq(ask(i), 0);
        expect(i, 0, "{\"next\":1}");
    }
}
END_TEST

START_TEST(one_that_says_no_more)
{
    run_each("exec >&-; trap '' TERM; while :; do sleep 1000; done", NULL);
    ck_assert_int_eq(ask(0), 0);
    expect(0, JAXL_EIO, "");
    UNTIL(has_logged("it has ended (ended by signal 9), 1 events without answer"));
}
END_TEST

START_TEST(one_that_reads_no_more)
{
    int rc = 0;

    start_with((struct jaxl_responder_options){
        .command = "exec <&-; trap '' TERM; while :; do sleep 1000; done"});
    for (uint64_t i = 0; !rc && i < EVENTS; i++) {
        rc = ask(i);
        jaxl_clock_sleep(jaxl_clock_system(), JAXL_MSEC);
    }
    ck_assert_int_eq(rc, JAXL_EIO);
    UNTIL(has_logged("it does not read any more (ended by signal 9), "));
    UNTIL(counts().running == 1);
}
END_TEST

static bool is_stopped_by(const char *command)
{
    char fifo[300];
    struct pollfd p = {.events = POLLIN};
    bool ended;

    snprintf(fifo, sizeof fifo, "%s/fifo", dir);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    start_with((struct jaxl_responder_options){.command = command});
    p.fd = open(fifo, O_RDONLY | O_CLOEXEC); /* waits until all of it runs */
    jaxl_responder_free(&responder);
    ended = poll(&p, 1, PATIENCE * 1000) == 1 && p.revents == POLLHUP;
    close(p.fd);
    unlink(fifo);
    return ended;
}

/* The whole of a pipeline is ended, also what does not listen to SIGTERM. */
START_TEST(nobody_is_left)
{
    ck_assert(is_stopped_by("exec 3>\"$DIR/fifo\"; sleep 1000 | sleep 1000"));
    ck_assert(is_stopped_by("trap '' TERM; exec 3>\"$DIR/fifo\"; while :; do sleep 1000; done"));
    ck_assert(is_stopped_by("(trap '' TERM; exec 3>\"$DIR/fifo\"; sleep 1000 >/dev/null) &"));
}
END_TEST

START_TEST(stop_delivers_what_still_comes)
{
    start_with((struct jaxl_responder_options){.command =
                                                   "all=$(cat); printf '%s\\n' \"$all\" | "
                                                   "sed 's/\"event\":.*/\"next\": 1}/'; exit 1"});
    for (uint64_t i = 0; i < 1000; i++)
        ck_assert_int_eq(ask(i), 0);
    jaxl_responder_stop(responder, PATIENCE * JAXL_SECOND);
    for (uint64_t i = 0; i < 1000; i++)
        expect(i, 0, "{\"next\":1}");
    expect_all_answered(1000);
    ck_assert_int_eq(ask(1000), JAXL_ESTOPPED);
    ck_assert_str_eq(test_log_text, "");
}
END_TEST

START_TEST(stop_does_not_wait_for_ever)
{
    start_with((struct jaxl_responder_options){
        .command = "trap '' TERM; while :; do sleep 1000; done", .jobs = 3});
    for (uint64_t i = 0; i < 9; i++)
        ck_assert_int_eq(ask_of(i, (int64_t)i), 0);
    jaxl_responder_stop(responder, JAXL_MSEC);
    for (uint64_t i = 0; i < 9; i++)
        expect(i, JAXL_ESTOPPED, "");
    ck_assert_uint_eq(counts().stopped, 9);
    ck_assert_uint_eq(counts().running, 0);
}
END_TEST

START_TEST(events_of_a_call_stay_together)
{
    char first[3][ANSWER];

    start_with((struct jaxl_responder_options){
        .command = "while IFS= read -r l; do id=${l#*:\\\"}; id=${id%%\\\"*}\n"
                   "printf '{\"id\": \"%s\", \"next\": %d}\\n' $id $$; done",
        .jobs = 3});
    for (uint64_t i = 0; i < 30; i++) {
        const char *text = told.events[i].text;
        ck_assert_int_eq(ask_of(i, (int64_t)(100 + i % 3)), 0);
        AWAIT(told.events[i].times == 1);
        ck_assert_int_eq(told.events[i].code, 0);
        if (i < 3)
            snprintf(first[i], ANSWER, "%s", text);
        ck_assert_str_eq(text, first[i % 3]);
    }
    ck_assert_str_ne(first[0], first[1]);
    ck_assert_str_ne(first[1], first[2]);
    ck_assert_str_ne(first[0], first[2]);
    ck_assert_uint_eq(counts().running, 3);
}
END_TEST

static bool has_pipe(const char *list, int fd)
{
    struct stat info;
    char name[40];

    ck_assert_int_eq(fstat(fd, &info), 0);
    snprintf(name, sizeof name, "pipe:[%llu]", (unsigned long long)info.st_ino);
    return strstr(list, name) != NULL;
}

/* What a child is born with: no pipe but its own, no signal blocked, SIGPIPE and SIGXFSZ as they
 * should be. */
START_TEST(nothing_is_inherited)
{
    char name[300], text[8192];
    unsigned long long blocked, ignored;
    FILE *f;
    size_t n;

    signal(SIGXFSZ, SIG_IGN);
    start_with((struct jaxl_responder_options){
        /* no other program looks at the signals: while a shell starts one, it blocks them */
        .command = "read -r l; ls -l /proc/$$/fd >\"$DIR/fds.$$\"; "
                   "while read -r l; do case $l in Sig*) echo \"$l\" ;; esac; done "
                   "</proc/$$/status >\"$DIR/signals.$$\"; printf '{\"id\": \"e%d\"}\\n' 0 1 2; "
                   "cat >/dev/null; :",
        .jobs = 3,
        .clock = hand_clock()});
    for (uint64_t i = 0; i < 3; i++) {
        ck_assert_int_eq(ask_of(i, (int64_t)i), 0);
        expect(i, JAXL_EEND, "");
    }
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s/fds.%d", dir, (int)responder->jobs[i].child.pid);
        f = fopen(name, "r");
        ck_assert_ptr_nonnull(f);
        n = fread(text, 1, sizeof text - 1, f);
        text[n] = '\0';
        fclose(f);
        for (int j = 0; j < 3; j++) {
            ck_assert_int_eq(has_pipe(text, responder->jobs[j].child.in), i == j);
            ck_assert_int_eq(has_pipe(text, responder->jobs[j].child.out), i == j);
        }
        ck_assert_ptr_null(strstr(text, "eventfd"));
    }
    snprintf(name, sizeof name, "%s/signals.%d", dir, (int)responder->jobs[0].child.pid);
    f = fopen(name, "r");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_eq(fscanf(f, "%*[^B]Blk: %llx SigIgn: %llx", &blocked, &ignored), 2);
    fclose(f);
    ck_assert_uint_eq(blocked, 0);
    ck_assert_uint_eq(ignored & (1ULL << (SIGPIPE - 1) | 1ULL << (SIGXFSZ - 1)), 0);
}
END_TEST

START_TEST(no_descriptor_to_be_had)
{
    struct rlimit before, none;

    run_each("[ $id != e0 ] || exit 0; say $id '\"next\": 1'", hand_clock());
    ck_assert_int_eq(ask(0), 0);
    expect(0, JAXL_EIO, "");
    UNTIL(has_logged("exit status 0"));
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 4;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    hand += 100 * JAXL_MSEC;
    UNTIL(has_logged("cannot start /bin/sh: Too many open files, 0 events without answer"));
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    ck_assert_int_eq(ask(1), JAXL_EIO);
    hand += 200 * JAXL_MSEC;
    UNTIL(counts().running == 1);
    ck_assert_int_eq(ask(1), 0);
    expect(1, 0, "{\"next\":1}");
}
END_TEST

struct asker {
    pthread_t thread;
    uint64_t from, to;
};

static void *ask_all(void *arg)
{
    const struct asker *a = arg;

    for (uint64_t i = a->from; i < a->to;) {
        int rc = ask_of(i, (int64_t)i);
        if (!rc)
            i++;
        else if (rc != JAXL_EBUSY)
            return arg;
    }
    return NULL;
}

START_TEST(many_events_of_many_threads)
{
    enum { THREADS = 4 };
    uint64_t each = (uint64_t)(EVENTS / THREADS / unit_slow());
    struct asker askers[THREADS];
    void *failed;

    start_with(
        (struct jaxl_responder_options){.command = "exec sed -u 's/\"event\".*/\"next\": 1}/'",
                                        .jobs = 2,
                                        .timeout = PATIENCE * JAXL_SECOND});
    for (uint64_t i = 0; i < THREADS; i++) {
        askers[i] = (struct asker){.from = i * each, .to = (i + 1) * each};
        ck_assert_int_eq(pthread_create(&askers[i].thread, NULL, ask_all, &askers[i]), 0);
    }
    for (uint64_t i = 0; i < THREADS; i++) {
        pthread_join(askers[i].thread, &failed);
        ck_assert_ptr_null(failed);
    }
    jaxl_responder_stop(responder, PATIENCE * JAXL_SECOND);
    expect_all_answered(THREADS * each);
    ck_assert_uint_eq(counts().answered, THREADS * each);
}
END_TEST

START_TEST(what_cannot_be_asked)
{
    run_each("say $id '\"next\": 1'", NULL);
    ck_assert_int_eq(jaxl_responder_ask(responder, 0, 0, "", "{}\n", 3), JAXL_EARG);
    ck_assert_int_eq(
        jaxl_responder_ask(responder, 0, 0, "0123456789012345678901234567890123456789", "{}\n", 3),
        JAXL_EARG);
    ck_assert_int_eq(ask(0), 0);
    ck_assert_int_eq(ask(0), JAXL_EARG);
    expect(0, 0, "{\"next\":1}");
    failmalloc_at(1);
    ck_assert_int_eq(jaxl_responder_ask(responder, 1, 0, "e1", test_log_text, 60000), JAXL_ENOMEM);
    ck_assert(failmalloc_off());
    ck_assert_int_eq(ask(2), 0);
    expect(2, 0, "{\"next\":1}");
    expect_all_answered(2);
}
END_TEST

static int start_and_free(void *ctx)
{
    struct jaxl_responder *r;
    int rc = jaxl_responder_start(&r, ctx, NULL);

    jaxl_responder_free(&r);
    return rc;
}

START_TEST(memory_and_options)
{
    struct jaxl_responder_options o = {.command = "exec cat", .answered = on_answered, .jobs = 2};
    struct jaxl_error err;

    ck_assert_int_ge(failmalloc_each(start_and_free, &o), 8);
    o.jobs = JAXL_RESPONDER_JOBS + 1;
    ck_assert_int_eq(jaxl_responder_start(&responder, &o, &err), JAXL_EARG);
    ck_assert_ptr_null(responder);
    jaxl_responder_free(NULL);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, each_its_answer);
    tcase_add_test(tc, in_another_order);
    tcase_add_loop_test(tc, answers_are_checked, 0, UNIT_COUNT(answers));
    tcase_add_test(tc, passed_by_the_id_alone);
    tcase_add_test(tc, twice);
    tcase_add_test(tc, told_without_an_answer);
    tcase_add_test(tc, late);
    tcase_add_test(tc, a_timer_of_its_own);
    tcase_add_test(tc, in_a_hurry);
    tcase_add_loop_test(tc, what_is_no_answer_is_told, 0, UNIT_COUNT(odd));
    tcase_add_test(tc, one_that_dies);
    tcase_add_test(tc, killed_by_somebody);
    tcase_add_test(tc, a_command_that_is_not_there);
    tcase_add_test(tc, pauses_grow);
    tcase_add_test(tc, one_that_hangs);
    tcase_add_test(tc, an_answer_shows_that_it_does_not_hang);
    tcase_add_test(tc, the_last_line_lacks_its_newline);
    tcase_add_test(tc, a_line_in_pieces);
    tcase_add_test(tc, one_that_says_no_more);
    tcase_add_test(tc, one_that_reads_no_more);
    tcase_add_test(tc, nobody_is_left);
    tcase_add_test(tc, stop_delivers_what_still_comes);
    tcase_add_test(tc, stop_does_not_wait_for_ever);
    tcase_add_test(tc, events_of_a_call_stay_together);
    tcase_add_test(tc, nothing_is_inherited);
    tcase_add_test(tc, no_descriptor_to_be_had);
    tcase_add_test(tc, many_events_of_many_threads);
    tcase_add_test(tc, what_cannot_be_asked);
    tcase_add_test(tc, memory_and_options);
}

int main(void)
{
    return unit_run("responder", add);
}
