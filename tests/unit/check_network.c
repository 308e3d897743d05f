#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "net/network.h"
#include "unit.h"

static const struct {
    const char *text, *address;
    int code;
    bool in;
} cases[] = {
    {"10.0.0.0/8", "10.255.0.1", 0, true},
    {"10.0.0.0/8", "11.0.0.0", 0, false},
    {"10.1.2.3/8", "10.9.9.9", 0, true}, /* what is behind the bits does not count */
    {"192.0.2.128/25", "192.0.2.128", 0, true},
    {"192.0.2.128/25", "192.0.2.127", 0, false},
    {"192.0.2.6/31", "192.0.2.7", 0, true},
    {"192.0.2.6/31", "192.0.2.8", 0, false},
    {"192.0.2.7", "192.0.2.7", 0, true},
    {"192.0.2.7", "192.0.2.6", 0, false},
    {"192.0.2.7/32", "192.0.2.7", 0, true},
    {"0.0.0.0/0", "255.255.255.255", 0, true},
    {"0.0.0.0/0", "2001:db8::1", 0, false},
    {"::/0", "2001:db8::1", 0, true},
    {"::/0", "192.0.2.7", 0, true},
    {"2001:db8::/32", "2001:db8:ffff::1", 0, true},
    {"2001:db8::/32", "2001:db9::1", 0, false},
    {"2001:db8::1", "2001:db8::1", 0, true},
    {"2001:db8::1", "2001:db8::2", 0, false},
    {"2001:db8::/127", "2001:db8::1", 0, true},
    {"::ffff:192.0.2.0/120", "192.0.2.9", 0, true},
    {"::1", "127.0.0.1", 0, false},
    {"", NULL, JAXL_EARG, false},
    {"/8", NULL, JAXL_EARG, false},
    {"10.0.0.0/", NULL, JAXL_EARG, false},
    {"10.0.0.0/33", NULL, JAXL_EARG, false},
    {"10.0.0.0/-1", NULL, JAXL_EARG, false},
    {"10.0.0.0/+8", NULL, JAXL_EARG, false},
    {"10.0.0.0/8 ", NULL, JAXL_EARG, false},
    {"10.0.0.0/8/8", NULL, JAXL_EARG, false},
    {"10.0.0.0/0008", NULL, JAXL_EARG, false},
    {"10.0.0.0/4294967304", NULL, JAXL_EARG, false},
    {" 10.0.0.0/8", NULL, JAXL_EARG, false},
    {"10.0.0/8", NULL, JAXL_EARG, false},
    {"256.0.0.0/8", NULL, JAXL_EARG, false},
    {"2001:db8::/129", NULL, JAXL_EARG, false},
    {"2001:db8:::/32", NULL, JAXL_EARG, false},
    {"example.com", NULL, JAXL_EARG, false},
    {"2001:0db8:0000:0000:0000:0000:0000:0000:0000:0000/32", NULL, JAXL_EARG, false},
};

/* As an accepted socket tells it. */
static void address_of(const char *text, uint8_t address[JAXL_NETWORK_ADDRESS])
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    char back[JAXL_NETWORK_TEXT];

    if (inet_pton(AF_INET, text, &four.sin_addr) == 1) {
        ck_assert(jaxl_network_address((struct sockaddr *)&four, address));
    } else {
        ck_assert_int_eq(inet_pton(AF_INET6, text, &six.sin6_addr), 1);
        ck_assert(jaxl_network_address((struct sockaddr *)&six, address));
    }
    jaxl_network_text(address, back);
    ck_assert_str_eq(back, text);
}

START_TEST(networks)
{
    struct jaxl_network n;
    struct jaxl_error err = {0};
    uint8_t address[JAXL_NETWORK_ADDRESS];

    ck_assert_int_eq(jaxl_network_parse(cases[_i].text, &n, &err), cases[_i].code);
    if (cases[_i].code) {
        ck_assert_int_eq(strncmp(err.message, cases[_i].text, strlen(cases[_i].text)), 0);
        return;
    }
    address_of(cases[_i].address, address);
    ck_assert(jaxl_network_has(&n, address) == cases[_i].in);
}
END_TEST

START_TEST(no_address)
{
    const struct sockaddr local = {.sa_family = AF_UNIX};
    uint8_t address[JAXL_NETWORK_ADDRESS];

    ck_assert(!jaxl_network_address(&local, address));
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_loop_test(tc, networks, 0, UNIT_COUNT(cases));
    tcase_add_test(tc, no_address);
}

int main(void)
{
    return unit_run("network", add);
}
