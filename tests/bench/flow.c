/* What it takes to read the body of a webhook, to write its record, and to find the answer of a
 * flow of ten rules, in ns of CPU time. usage: flow_rate */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "events/response.h"
#include "jaxl/flow.h"

enum { TURNS = 300000, ROUNDS = 3 };

static const char rules[] =
    "{\"event\":\"setup\",\"direction\":1,\"prompt\":\"Welcome. Press 1.\",\"num_characters\":1}\n"
    "{\"event\":\"setup\",\"prompt\":\"Hello {{lead.name|there}}, {{lead.amount|nothing}} is due. "
    "Press 1 to pay, 2 to talk to us.\",\"num_characters\":1}\n"
    "{\"event\":\"option\",\"option\":\"1\",\"prompt\":\"Key in the code.\",\"num_characters\":"
    "\"*\"}\n"
    "{\"event\":\"data\",\"data\":\"=~^(?<code>\\\\d{4})[*#]$\",\"go_on\":true}\n"
    "{\"event\":\"data\",\"when\":\"vars.code=4711\",\"phone\":\"+919876543210\"}\n"
    "{\"event\":\"data\",\"set\":{\"tries\":\"{{tries|}}+\"},\"go_on\":true}\n"
    "{\"event\":\"data\",\"when\":\"tries=~^\\\\+{3}\",\"set\":\"tries=\",\"teams\":"
    "[5]}\n"
    "{\"event\":\"data\",\"prompt\":\"{{code|That}} is wrong. Again, please.\",\"num_characters\":"
    "\"*\"}\n"
    "{\"option\":\"=~[2-4]\",\"next\":42}\n"
    "{\"prompt\":\"Sorry. Press 1 or 2.\",\"num_characters\":1}\n";

static const struct {
    const char *name, *head;
} kinds[] = {
    {"setup, with a lead", "\"event\":1,\"option\":null,\"data\":null"},
    {"data, patterns and variables", "\"event\":2,\"option\":\"1\",\"data\":\"1234*\""},
    {"option, a constant answer", "\"event\":2,\"option\":\"7\",\"data\":null"},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

struct bench {
    struct jaxl_flow *flow;
    struct jaxl_json_doc *doc;
    struct jaxl_buf out;
    struct jaxl_event e;
    char body[1024];
    int64_t call;
};

static int text_fd(const char *text)
{
    int fd = memfd_create("bench", MFD_CLOEXEC);
    ssize_t n = (ssize_t)strlen(text);

    return fd >= 0 && write(fd, text, strlen(text)) == n && lseek(fd, 0, SEEK_SET) == 0 ? fd : -1;
}

static int parse(struct bench *b)
{
    const struct jaxl_json *root;
    int rc = jaxl_json_parse(b->doc, b->body, strlen(b->body), &root, NULL);

    return rc ? rc : jaxl_event_read(&b->e, root, false, NULL);
}

static int record(struct bench *b)
{
    jaxl_buf_reset(&b->out);
    jaxl_event_write(&b->e, &b->out);
    return b->out.failed;
}

static int answer(struct bench *b)
{
    jaxl_buf_reset(&b->out);
    b->e.call_id = 1 + b->call++ % 1000;
    return jaxl_flow_answer(b->flow, &b->e, &b->out, NULL);
}

static double best(struct bench *b, int (*work)(struct bench *b))
{
    double least = 0;

    for (int round = 0; round < ROUNDS; round++) {
        clock_t start = clock();
        double ns;
        for (int i = 0; i < TURNS; i++)
            if (work(b))
                return -1;
        ns = (double)(clock() - start) * 1e9 / CLOCKS_PER_SEC / TURNS;
        if (!round || ns < least)
            least = ns;
    }
    return least;
}

static int run(struct bench *b)
{
    for (size_t i = 0; i < KINDS; i++) {
        snprintf(b->body, sizeof b->body,
                 "{\"pk\": 11, %s, \"mark\": null, \"state\": {\"call_id\": 1234, \"from_number\": "
                 "\"+918069001234\", \"to_number\": \"+919876543210\", \"direction\": 2, \"org\": "
                 "{\"id\": 42, \"name\": \"Acme\"}, \"metadata\": null, \"greeting_message\": "
                 "null, \"options\": null, \"voice\": {\"lang\": \"en\", \"name\": \"x\", "
                 "\"gender\": null}, \"campaign_id\": null, \"campaign_type\": null}}",
                 kinds[i].head);
        printf("%-30s %6.0f ns read  ", kinds[i].name, best(b, parse));
        b->e.received = INT64_C(1795687200123456);
        printf("%6.0f ns record  ", best(b, record));
        printf("%6.0f ns answer  %s\n", best(b, answer), jaxl_buf_text(&b->out));
    }
    return 0;
}

int main(void)
{
    struct bench b = {.call = 0};
    struct jaxl_error err = {.message = ""};
    int flow = text_fd(rules), rc;
    int leads = text_fd("to,name,amount\n+919876543210,Asha Rao,12.50\n");

    jaxl_buf_init(&b.out, JAXL_RESPONSE_MAX);
    rc = jaxl_json_doc_new(&b.doc, 0);
    if (!rc)
        rc = jaxl_flow_read(&b.flow, flow, "rules", NULL, &err);
    if (!rc)
        rc = jaxl_flow_leads(b.flow, leads, "leads", NULL, &err);
    if (!rc)
        rc = run(&b);
    if (rc)
        fprintf(stderr, "%s\n", err.message);
    jaxl_flow_free(&b.flow);
    jaxl_json_doc_free(&b.doc);
    jaxl_buf_free(&b.out);
    return rc ? EXIT_FAILURE : EXIT_SUCCESS;
}
