import Conversion
import FileKit
import Testing
import VigilCore
import Weights

/// What Python wrote and the converter must not read.
@Suite("Refused checkpoints")
struct RefusalTests {
    @Test(
        "a pickle that asks for more than tensors is refused by name",
        arguments: [
            ("refused-module.pt", "asks for torch.nn.modules.container.Sequential"),
            ("refused-system.pt", "asks for posix.system"),
            ("refused-eval.pkl", "builtins.eval, which is no tensor or container (STACK_GLOBAL"),
            ("refused-getattr.pkl", "asks for builtins.getattr"),
            ("refused-set.pkl", "the opcode EMPTY_SET"),
            ("refused-path.pkl", "asks for pathlib"),
            ("refused-newobj.pkl", "the opcode NEWOBJ at byte 28"),
            ("refused-inst.pkl", "asks for os.system, which is no tensor or container (INST"),
            ("refused-extension.pkl", "the opcode EXT1 at byte 2"),
            ("refused-big-endian.pkl", "big-endian"),
        ])
    func refused(file: String, reason: String) throws {
        let frozen = try FrozenFile(path: TestFiles.vectorPath(file))
        let error = #expect(throws: ConversionError.self) { try Checkpoint(file: frozen) }
        #expect(error?.what.text.contains(reason) == true, "\(error?.what.text ?? "")")
        #expect(error?.remedy.text.isEmpty == false)
    }
}
