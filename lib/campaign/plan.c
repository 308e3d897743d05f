#include "campaign/plan.h"

size_t jaxl_plan_singles(const uint64_t *serials, size_t n, uint64_t next, size_t page)
{
    size_t best = n;
    uint64_t least = n;

    for (size_t i = n; i-- > 0;) {
        uint64_t cost = i + (next - serials[i] + page - 1) / page;
        if (cost < least) {
            least = cost;
            best = i;
        }
    }
    return best;
}
