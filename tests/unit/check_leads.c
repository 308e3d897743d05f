#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "events/leads.h"
#include "failmalloc.h"
#include "unit.h"

enum { LEADS = 5000 };

static const char *const paths[] = {"name", "costs.0.cost", "vip", "list"};

/* A descriptor with n leads, the numbers of which are a step apart; every third again, at the end,
 * with another name. */
static int many(int n)
{
    struct jaxl_buf text;
    int fd = memfd_create("leads", MFD_CLOEXEC);

    jaxl_buf_init(&text, 16 << 20);
    for (int i = 0; i < n; i++)
        jaxl_buf_printf(&text,
                        "{\"to\":\"+9198%08d\",\"name\":\"Lead %d\",\"costs\":[{\"cost\":%d.50}],"
                        "\"vip\":%s,\"list\":[1]}\n",
                        i * 7, i, i, i % 2 ? "true" : "null");
    for (int i = 0; i < n; i += 3)
        jaxl_buf_printf(&text, "{\"to\":\"+91 98 %08d\",\"name\":\"\"}\n", i * 7);
    ck_assert_int_eq(write(fd, text.data, text.len), (ssize_t)text.len);
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    jaxl_buf_free(&text);
    return fd;
}

static void field(const struct jaxl_leads_one *lead, size_t i, const char *expected)
{
    size_t len = 0;
    const char *text = jaxl_leads_field(lead, i, &len);

    if (expected) {
        ck_assert_str_eq(text, expected);
        ck_assert_uint_eq(len, strlen(expected));
    } else {
        ck_assert_ptr_null(text);
    }
}

static void check_lead(const struct jaxl_leads *l, int i)
{
    const struct jaxl_leads_one *lead =
        jaxl_leads_find(l, UINT64_C(919800000000) + (uint64_t)i * 7);
    char name[32], cost[32];
    size_t len;

    snprintf(name, sizeof name, "Lead %d", i);
    snprintf(cost, sizeof cost, "%d.50", i);
    ck_assert_ptr_nonnull(lead);
    field(lead, 0, i % 3 ? name : "");
    field(lead, 1, i % 3 ? cost : NULL);
    field(lead, 2, i % 3 && i % 2 ? "true" : NULL);
    field(lead, 3, NULL);
    ck_assert_int_eq(strncmp(jaxl_leads_json(lead, &len), "{\"to\":\"+91", 10), 0);
    ck_assert_uint_eq(strlen(jaxl_leads_json(lead, &len)), len);
}

START_TEST(found)
{
    struct jaxl_leads l;
    int fd = many(LEADS);

    ck_assert_int_eq(jaxl_leads_read(&l, fd, "leads", NULL, paths, UNIT_COUNT(paths), NULL), 0);
    ck_assert_uint_eq(l.n, LEADS);
    ck_assert_uint_eq(l.seen, 15);
    for (int i = 0; i < LEADS; i++) {
        check_lead(&l, i);
        if (jaxl_leads_find(&l, UINT64_C(919800000001) + (uint64_t)i * 7))
            ck_abort_msg("%d", i);
    }
    jaxl_leads_free(&l);
    jaxl_leads_free(&l);
    ck_assert_ptr_null(jaxl_leads_find(&l, 919800000000));
    close(fd);
}
END_TEST

START_TEST(without_paths)
{
    struct jaxl_leads l;
    int fd = many(1);
    size_t len;

    ck_assert_int_eq(jaxl_leads_read(&l, fd, "leads", NULL, NULL, 0, NULL), 0);
    ck_assert_str_eq(jaxl_leads_json(jaxl_leads_find(&l, 919800000000), &len),
                     "{\"to\":\"+91 98 00000000\",\"name\":\"\"}");
    ck_assert_uint_eq(l.seen, 0);
    jaxl_leads_free(&l);
    close(fd);
}
END_TEST

static int read_some(void *ctx)
{
    struct jaxl_leads l;
    int rc;

    (void)lseek(*(int *)ctx, 0, SEEK_SET);
    rc = jaxl_leads_read(&l, *(int *)ctx, "leads", NULL, paths, UNIT_COUNT(paths), NULL);
    jaxl_leads_free(&l);
    return rc;
}

/* So many that the table grows. */
START_TEST(out_of_memory)
{
    int fd = many(800);

    ck_assert_int_ge(failmalloc_each(read_some, &fd), 10);
    close(fd);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, found);
    tcase_add_test(tc, without_paths);
    tcase_add_test(tc, out_of_memory);
}

int main(void)
{
    return unit_run("leads", add);
}
