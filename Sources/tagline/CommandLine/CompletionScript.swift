import ArgumentParser

/// A script that makes a shell complete the commands.
///
/// The argument parser writes the script. Its scripts for bash and zsh complete the value of `--option value`, but not
/// the value of `--option=value`. This type adds the missing form. The script for fish completes both forms.
enum CompletionScript {
    /// Returns the script that a command line asks for. Returns nil for any other command line, and for an unknown
    /// shell, which the argument parser refuses.
    static func requested(by arguments: [String]) -> String? {
        // A blank or an equals sign can separate `--generate-completion-script` from its value, the name of a shell.
        // Without a value, the option asks for the script of the shell that the person uses.
        let words = arguments.joined(separator: "=").split(separator: "=").map(String.init)
        guard words.first == "--generate-completion-script", words.count <= 2 else { return nil }
        let shell = words.count == 2 ? CompletionShell(rawValue: words[1]) : CompletionShell.autodetected()
        return shell.map(script(for:))
    }

    private static func script(for shell: CompletionShell) -> String {
        let script = Tagline.completionScript(for: shell)
        return switch shell {
        case .bash: joiningWordsOfBash(script)
        case .zsh: acceptingEqualsSignsOfZsh(script)
        default: script
        }
    }

    /// Adds a function to the parser's script for bash. The new function calls the script's own function.
    private static func joiningWordsOfBash(_ script: String) -> String {
        script.replacing(
            "complete -o filenames -F _tagline tagline",
            with: #"""
                # Bash splits --option=value into three words. The functions above expect the two words of --option value.
                __tagline_without_equals_signs() {
                    local -a words=()
                    local word current="${2}" previous='' is_value_due=false
                    for word in "${COMP_WORDS[@]::COMP_CWORD+1}"; do
                        is_value_due=false
                        if [[ "${word}" = '=' && "${previous}" = --* ]]; then
                            is_value_due=true
                        else
                            words+=("${word}")
                        fi
                        previous="${word}"
                    done
                    if "${is_value_due}"; then
                        words+=('')
                        current=''
                    fi
                    local -a COMP_WORDS=("${words[@]}")
                    local -i COMP_CWORD="${#words[@]}-1"
                    _tagline "${1}" "${current}" "${COMP_WORDS[COMP_CWORD-1]}"
                }

                complete -o filenames -F __tagline_without_equals_signs tagline
                """#)
    }

    /// Edits the parser's script for zsh: adds an equals sign to the name of each option that takes a value.
    ///
    /// In that script, `'--name[help]:value:action'` is such an option, and `'--name[help]'` is a flag.
    private static func acceptingEqualsSignsOfZsh(_ script: String) -> String {
        script.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let name = line.prefix { !"[:".contains($0) }
            let specification = name.drop { $0 == " " }
            guard specification.hasPrefix("'--") || specification.hasPrefix("'*--"), line.hasSuffix("'"),
                !line.hasSuffix("]'"), line.dropFirst(name.count).first == "["
            else { return String(line) }
            return "\(name)=\(line.dropFirst(name.count))"
        }
        .joined(separator: "\n")
    }
}
