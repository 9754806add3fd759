#include <librdkafka/rdkafka.h>
// A cluster within the process, for tests.
#include <librdkafka/rdkafka_mock.h>
#include <sys/eventfd.h>
