import Audit
import Commands
import Files
import Settings
import VigilCore
import Wire

/// `vigil audit prove`: shows somebody who has but the public key that a finding was published.
enum AuditProveCommand: Command {
    static var specification: CommandSpecification {
        CommandSpecification(
            name: "audit prove",
            summary: "Write the proof that a finding stands in the audit log, for who has but the "
                + "public key (C2SP tlog-proof)",
            example: "vigil audit prove 5f9e8d0c-1111-5222-8333-444455556666 "
                + "--export audit --key trail.pub > finding.tlog-proof",
            options: AuditOptions.common + [
                OptionSpecification(
                    "revision", value: "N", "The leaf of this revision; without it the newest.")
            ],
            positionals: [
                PositionalSpecification("FINDING_ID", "The finding, as its record names it.")
            ])
    }

    /// A leaf that tells of the finding.
    private struct Found {
        let leaf: AuditLeaf
        let bytes: [UInt8]
    }

    static func run(_ arguments: ParsedArguments) throws -> ExitCode {
        guard let finding = UUIDv5(text: (arguments.positionals.first ?? "").lowercased()) else {
            throw VigilCommandError.noFindingID
        }
        let revision = try arguments.integer("revision", in: 1...StudyHistory.numberMax)
        var newest: Found?
        let logs = try AuditOptions.logs(arguments) { leaf, bytes in
            guard case .outcome(let outcome) = leaf.event, outcome.finding == finding,
                revision == nil || outcome.revision == revision,
                !outcome.records.isEmpty
            else { return }
            newest = Found(leaf: leaf, bytes: bytes)
        }
        guard let found = newest else { throw VigilCommandError.nothing(.findingLeaf) }
        guard logs.areGood else { throw VigilCommandError.auditBroken }
        let proof = try proof(of: found, in: logs)
        if arguments.has("json") {
            Terminal.line(JSONWriter.text(json(found, proof)))
        } else {
            Terminal.out(proof.text)
        }
        return .ok
    }

    private static func proof(of found: Found, in logs: AuditLogs) throws -> InclusionProof {
        guard let history = logs.history(of: found.leaf.tree), let newest = history.newest,
            let path = history.tree.inclusion(
                of: Int(found.leaf.index), in: Int(newest.checkpoint.size))
        else { throw VigilCommandError.nothing(.checkpoint) }
        // As whoever gets it will check it.
        guard
            MerkleProof.verifies(
                inclusion: path, of: MerkleHash.leaf(found.bytes), at: found.leaf.index,
                size: newest.checkpoint.size, root: newest.checkpoint.root)
        else { throw VigilCommandError.auditBroken }
        return InclusionProof(
            leaf: found.bytes, index: found.leaf.index, path: path, note: newest.note)
    }

    private static func json(_ found: Found, _ proof: InclusionProof) -> JSONValue {
        [
            "log": .string(found.leaf.tree.text), "index": .integer(found.leaf.index),
            "leaf": .string(String(decoding: found.bytes, as: UTF8.self)),
            "path": .array(proof.path.map { .string($0.hex) }),
            "checkpoint": .string(proof.note.text), "proof": .string(proof.text),
        ]
    }
}
