using System.CommandLine;
using GitOpsBumper.Configuration;
using GitOpsBumper.Core;
using GitOpsBumper.Core.Holds;
using GitOpsBumper.Core.Images;

namespace GitOpsBumper.Cli.Commands.Holds;

/// <summary>How a version is held.</summary>
internal enum PinWay
{
    /// <summary>By the override parameter where there is one, else by the version.</summary>
    Auto,

    Override,

    Value,
}

/// <param name="Version">To hold.</param>
/// <param name="Until">When it ends by itself; null: when somebody ends it.</param>
/// <param name="With">How.</param>
/// <param name="Force">Without asking the registry.</param>
/// <param name="Reason">Null when nobody says.</param>
internal sealed record PinRequest(ImageVersion Version, DateTimeOffset? Until, PinWay With, bool Force, string? Reason);

/// <summary>The options of commands that pin.</summary>
internal sealed class PinOptions
{
    public Option<string?> Until { get; } = new("--until") { Description = "When it ends by itself: a duration such as 36h or 7d, a date, or a time such as 2026-12-01T12:00Z." };

    public Option<string?> With { get; } = Choice();

    public Option<bool> Force { get; } = new("--force") { Description = "Do not ask the registry whether the version is there." };

    public DateTimeOffset? ReadUntil(ParseResult parsed)
    {
        if (parsed.GetValue(Until) is not { } text)
            return null;
        var now = TimeProvider.System.GetUtcNow();
        if (GoDuration.TryParse(text, out var duration) && duration > TimeSpan.Zero)
            return new DateTimeOffset((now + duration).Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
        if (!HoldEnd.TryParse(text, out var until))
            throw new UsageException([$"--until '{text}' is no duration such as 36h or 7d, no date such as 2026-12-01, and no time such as 2026-12-01T12:00Z"]);
        return until > now ? until : throw new UsageException([$"--until '{text}' is over already"]);
    }

    public PinWay ReadWith(ParseResult parsed) => parsed.GetValue(With) switch
    {
        null => PinWay.Auto,
        "override" => PinWay.Override,
        _ => PinWay.Value,
    };

    private static Option<string?> Choice()
    {
        var option = new Option<string?>("--with") { Description = "'override' sets the override parameter, which the chart has to know; 'value' writes the version itself. Without it: override where there is one." };
        option.AcceptOnlyFromAmong("override", "value");
        return option;
    }
}
