import CKernels
import Tensor
import Testing

@Suite("The kernel table") struct KernelTableTests {
    @Test("every supported instruction set has every slot that all processors must have")
    func complete() throws {
        for isa in InstructionSet.supported {
            let table = try kernels(isa)
            #expect(table.prepare_f32 != nil && table.prepare_u8 != nil, "\(isa)")
            #expect(table.gemm_f32 != nil && table.gemm_u8s8 != nil, "\(isa)")
            #expect(table.attention_f32 != nil && table.attention_s16 != nil, "\(isa)")
            #expect(table.gather != nil && table.pool != nil, "\(isa)")
            #expect(table.attention_gradient != nil && table.outer_sum != nil, "\(isa)")
            #expect(table.norm_gradient != nil && table.activation_gradient != nil, "\(isa)")
            #expect(table.tile_rows_f32 > 0 && table.tile_rows_u8s8 > 0, "\(isa)")
        }
    }

    @Test("names decode as slot and instruction set, and each stands once")
    func names() {
        var seen: Set<String> = []
        for index in 0..<vigil_kernel_row_count() {
            let row = vigil_kernel_row_at(index)
            let name = String(cString: row.name)
            #expect(
                name == "\(String(cString: row.slot))__\(String(cString: vigil_isa_name(row.isa)))")
            #expect(seen.insert(name).inserted, "\(name)")
        }
    }

    @Test("a set that the processor lacks is refused")
    func refused() {
        for isa in InstructionSet.allCases where !isa.isSupported {
            #expect(throws: TensorError.unsupportedInstructionSet(isa)) { try KernelTable(isa) }
        }
    }
}
