using System.CommandLine;

namespace GitOpsBumper.Cli.Commands;

/// <summary>Prints completion scripts. They ask the executable itself, so they never fall behind it.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # bumper completion for bash
        _bumper() {
            local line="${COMP_LINE#* }" point
            point=$(( COMP_POINT - ${#COMP_WORDS[0]} - 1 ))
            [ "$point" -lt 0 ] && point=0
            local IFS=$'\n'
            COMPREPLY=( $(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$point]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}") )
        }
        complete -o default -F _bumper bumper
        """;

    private const string Zsh = """
        #compdef bumper
        # bumper completion for zsh
        _bumper() {
            local line="${BUFFER#* }"
            local point=$(( CURSOR - ${#words[1]} - 1 ))
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:$point]" "$line" 2>/dev/null)}")
            compadd -a found
            _files
        }
        compdef _bumper bumper
        """;

    private const string Fish = """
        # bumper completion for fish
        function __bumper_complete
            set -l words (commandline -cp)
            set -l line (string replace -r '^\S+\s?' '' -- $words)
            bumper "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c bumper -a '(__bumper_complete)'
        """;

    public static Command Create(CommandContext context)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new TaughtCommand("completion", "Prints a completion script for a shell.", """
            # for this session
            source <(bumper completion bash)
            # for good
            bumper completion fish > ~/.config/fish/completions/bumper.fish
            """)
        {
            shell,
        };
        command.SetAction(parsed => context.Terminal.Output.WriteLine(parsed.GetValue(shell) switch
        {
            "zsh" => Zsh,
            "fish" => Fish,
            _ => Bash,
        }));
        return command;
    }
}
