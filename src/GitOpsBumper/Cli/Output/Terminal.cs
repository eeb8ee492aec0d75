using GitOpsBumper.Logging;
using Spectre.Console;

namespace GitOpsBumper.Cli.Output;

/// <summary>Where a command prints: colours and progress only when a terminal watches and NO_COLOR is not set.</summary>
internal sealed class Terminal
{
    /// <summary>Lines are not broken by us: a URL or a line of a diff has to survive being copied.</summary>
    private const int Unbroken = 10_000;

    private readonly TextWriter _error;
    private readonly IAnsiConsole _console;
    private readonly int _tableWidth;
    private readonly bool _isWatched;

    public Terminal(TextWriter output, TextWriter error)
    {
        Output = output;
        _error = error;
        var plain = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } || Environment.GetEnvironmentVariable("TERM") == "dumb";
        _isWatched = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        ShowsProgress = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected && !plain;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = _isWatched && !plain ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = _isWatched && !plain ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        _tableWidth = _isWatched ? _console.Profile.Width : Unbroken;
        _console.Profile.Width = Unbroken;
    }

    public TextWriter Output { get; }

    /// <summary>A person watches standard error.</summary>
    public bool ShowsProgress { get; }

    public void Line(string text = "") => _console.WriteLine(SafeText.Of(text));

    public void Line(string text, string style) => _console.MarkupLine($"[{style}]{Markup.Escape(SafeText.Of(text))}[/]");

    /// <summary>A line whose <c>\r</c> at the end is part of it: people see <c>^M</c>, as of git; what is piped into a file stays a patch.</summary>
    public void DiffLine(string text, string style)
    {
        if (!text.EndsWith('\r'))
            Line(text, style);
        else if (_isWatched)
            Line($"{text[..^1]}^M", style);
        else
            Output.Write($"{SafeText.Of(text[..^1])}\r\n");
    }

    /// <summary>Aligned columns without borders, as <c>kubectl get</c> prints them.</summary>
    /// <param name="headings">One per column.</param>
    /// <param name="rows">Cells with the style each is printed in.</param>
    public void Table(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<Cell>> rows)
    {
        var table = new Table().NoBorder().HideRowSeparators();
        foreach (var heading in headings)
            table.AddColumn(new TableColumn(new Text(heading, new Style(decoration: Decoration.Bold))).Padding(0, 0, 2, 0));
        foreach (var row in rows)
            table.AddRow(row.Select(cell => new Text(SafeText.Of(cell.Text), Style.Parse(cell.Style))));
        _console.Profile.Width = _tableWidth;
        _console.Write(table);
        _console.Profile.Width = Unbroken;
    }

    /// <summary>Rewrites one line on standard error while work goes on; nothing when nobody watches.</summary>
    public void Progress(string text)
    {
        if (ShowsProgress)
            _error.Write($"\r\u001b[K{SafeText.Of(text)}");
    }

    public void EndProgress() => Progress("");
}

/// <param name="Text">Of the cell.</param>
/// <param name="Style">A Spectre.Console style such as <c>green</c> or <c>default</c>.</param>
internal sealed record Cell(string Text, string Style = "default");
