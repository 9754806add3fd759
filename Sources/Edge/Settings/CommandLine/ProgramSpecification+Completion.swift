extension ProgramSpecification {
    /// The hidden command by which the completion scripts ask this program itself.
    static let completionCommand = "__complete"

    /// A completion script. It asks the program, so it fits whatever version is installed.
    package func completion(for shell: Shell) -> String {
        switch shell {
        case .bash: bashScript
        case .zsh: zshScript
        case .fish: fishScript
        }
    }

    /// What a shell asks for, of this program or of the one that the words before belong to.
    func complete(_ words: [String]) -> Request {
        if case .delegated(let command)? = match(Array(words.dropLast())) {
            return .delegated(command)
        }
        return .completions(completions(for: words))
    }

    /// What may stand for the last of some words, each on a line; then a line with `:file`,
    /// `:directory` or `:none` for what the shell should add by itself.
    func completions(for words: [String]) -> [String] {
        let current = words.last ?? ""
        let before = Array(words.dropLast())
        let (candidates, completion) = candidates(after: before, current: current)
        let fitting = candidates.filter { $0.hasPrefix(current) }.sorted()
        switch completion {
        case .file: return fitting + [":file"]
        case .directory: return fitting + [":directory"]
        case .none, .words: return fitting + [":none"]
        }
    }

    private func candidates(
        after before: [String], current: String
    ) -> (candidates: [String], completion: OptionSpecification.Completion) {
        guard case .own(let command)? = match(before) else {
            // The next word of every command that the words so far are the beginning of.
            let names = listed.filter { $0.words.starts(with: before) }.compactMap { command in
                command.words.dropFirst(before.count).first
            }
            return (Array(Set(names)), .none)
        }
        let arguments = before.dropFirst(command.words.count)
        if let last = arguments.last, last.hasPrefix("--"),
            let option = command.options.first(where: { "--" + $0.name == last }),
            option.value != nil
        {
            if case .words(let words) = option.completion { return (words, .none) }
            return ([], option.completion)
        }
        if current.hasPrefix("-") { return (command.options.map { "--" + $0.name }, .none) }
        guard let positional = command.positionals.last else {
            return (command.options.map { "--" + $0.name }, .none)
        }
        if case .words(let words) = positional.completion { return (words, .none) }
        return ([], positional.completion)
    }

    private var bashScript: String {
        """
        # Completion of \(name) for bash: source this, or save it as
        # /usr/share/bash-completion/completions/\(name)
        _\(name)() {
          local current="${COMP_WORDS[COMP_CWORD]}" lines
          mapfile -t lines < <("${COMP_WORDS[0]}" \(Self.completionCommand) \\
            "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
          COMPREPLY=()
          [ "${#lines[@]}" -gt 0 ] || return
          COMPREPLY=("${lines[@]:0:${#lines[@]}-1}")
          case "${lines[-1]}" in
            :file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
            :directory) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
          esac
        }
        complete -F _\(name) \(name)

        """
    }

    private var zshScript: String {
        """
        #compdef \(name)
        # Completion of \(name) for zsh: save this as _\(name) in a folder of $fpath.
        _\(name)() {
          local -a lines
          lines=("${(@f)$("${words[1]}" \(Self.completionCommand) \\
            "${(@)words[2,CURRENT]}" 2>/dev/null)}")
          case "${lines[-1]}" in
            :file) _files ;;
            :directory) _files -/ ;;
            *) compadd -- "${(@)lines[1,-2]}" ;;
          esac
        }
        compdef _\(name) \(name)

        """
    }

    private var fishScript: String {
        """
        # Completion of \(name) for fish: save this as ~/.config/fish/completions/\(name).fish
        function __\(name)_complete
          set -l words (commandline -opc) (commandline -ct)
          set -l lines ($words[1] \(Self.completionCommand) $words[2..-1] 2>/dev/null)
          switch "$lines[-1]"
            case :file
              __fish_complete_path (commandline -ct)
            case :directory
              __fish_complete_directories (commandline -ct)
            case '*'
              test (count $lines) -gt 1; and printf '%s\\n' $lines[1..-2]
          end
        end
        complete -c \(name) -f -a '(__\(name)_complete)'

        """
    }
}
