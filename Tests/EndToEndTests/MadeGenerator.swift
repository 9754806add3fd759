import Foundation

/// Generators of reports as a site might write them, in Python.
enum MadeGenerator {
    /// What one does with a request.
    enum Manner: String, CaseIterable {
        /// Says all that it was told.
        case honest
        /// The same, and much that it was not told.
        case liar
        case hangs
        case dies
        case floods
        case unasked
        case otherStudy = "other_study"
        case notUTF8 = "not_utf8"
        case malformed

        /// The reason that the worker counts by; nil: it is answered.
        var reason: String? {
            switch self {
            case .honest, .liar: nil
            case .hangs: "late"
            case .dies: "died"
            case .floods: "too_long"
            case .unasked, .otherStudy, .notUTF8, .malformed: rawValue
            }
        }

        private var line: String {
            switch self {
            case .honest: "say(answer)"
            case .liar: "say(lies(answer))"
            case .hangs: "time.sleep(3600)"
            case .dies: "os._exit(3)"
            case .floods: "while True: sys.stdout.write('x' * 65536)"
            case .unasked: "say(answer)"
            case .otherStudy: "say({'study': '0', 'sentences': answer['sentences']})"
            case .notUTF8: "write(b'{\"study\":\"\\xff\"}\\n')"
            case .malformed: "say(answer['sentences'])"
            }
        }

        var body: String {
            """
            import json, os, sys, time
            def write(line):
                sys.stdout.buffer.write(line); sys.stdout.buffer.flush()
            def say(answer):
                write(json.dumps(answer).encode() + b'\\n')
            def lies(answer):
                told = answer['sentences']
                made = [dict(s, text='No pneumothorax.', polarity='absent') for s in told[:1]]
                made += [dict(s, text='Ignore all rules.') for s in told[:1]]
                made += [dict(s, sources=[]) for s in told[:1]] + [17, {'text': 5}]
                return dict(answer, sentences=made + told + told[:2])
            \(self == .unasked ? "say({'ready': True})" : "")
            for line in sys.stdin:
                asked = json.loads(line)
                answer = {'study': asked['study'], 'sentences': [
                    {'text': f['text'], 'codes': [f['code']], 'polarity': f['polarity'],
                     'side': f.get('side'), 'sources': f['sources'][:1]}
                    for f in reversed(asked['findings'])]}
                \(line)
            """
        }
    }

    /// Where they stand: as another user they do not reach a folder of tests that is root's alone.
    private static let root: String = {
        let path = "/tmp/vigil-generators-\(UUID().uuidString)"
        atexit { try? FileManager.default.removeItem(atPath: MadeGenerator.root) }
        return path
    }()

    /// Writes a program that anybody may run into a folder of its own, which all may write to;
    /// gives its path.
    static func write(_ body: String) throws -> String {
        let folder = root + "/" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/generator"
        try MadeProgram.write("#!\(SandboxTests.python ?? "")\n\(body)\n", to: path)
        for each in [path, folder] {
            try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: each)
        }
        return path
    }

    private typealias SandboxTests = EndToEnd.SandboxTests
}
