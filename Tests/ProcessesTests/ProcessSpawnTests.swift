import Glibc
import Processes
import Testing

/// Starting programs.
struct ProcessSpawnTests {
    /// The number of the signal that ended a process, 0 for an end of its own.
    private func signal(endOf process: Int32) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f
    }

    @Test("a child takes a signal that the thread blocks which started it")
    func signals() throws {
        var (blocked, before) = (sigset_t(), sigset_t())
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        for isApart in [false, true] {
            var spawn = ProcessSpawn(["sleep", "60"])
            spawn.isApart = isApart
            let process = try spawn.start()
            #expect((getpgid(process) == process) == isApart)
            kill(process, SIGTERM)
            #expect(signal(endOf: process) == SIGTERM)
        }
    }

    @Test("a program that is not there is told with its reason")
    func missing() {
        let error = #expect(throws: ProcessSpawn.Failure.self) {
            try ProcessSpawn(["/nowhere/program"]).start()
        }
        #expect(error?.errno == ENOENT)
    }

    @Test("a child sees the variables that it is given, and of open files what it is to see")
    func environment() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let other = dup(ends[1])
        defer { for end in [ends[0], other] { close(end) } }
        var spawn = ProcessSpawn([
            "/bin/sh", "-c", "echo $SEEN; [ -e /proc/self/fd/\(other) ]; echo $?",
        ])
        spawn.environment = ["SEEN=yes"]
        spawn.output = .descriptor(ends[1])
        spawn.isApart = true
        let process = try spawn.start()
        close(ends[1])
        #expect(signal(endOf: process) == 0)
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(ends[0], &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "yes\n1\n")
    }
}
