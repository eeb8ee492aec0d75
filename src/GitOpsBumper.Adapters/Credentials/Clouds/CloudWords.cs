namespace GitOpsBumper.Adapters.Credentials.Clouds;

/// <summary>What clouds say, fit for a message: one line, not too long.</summary>
internal static class CloudWords
{
    private const int MaxLength = 300;

    public static string Of(string? text)
    {
        var start = text is { Length: > 4 * MaxLength } ? text[..(4 * MaxLength)] : text ?? "";
        var line = string.Join(' ', new string([.. start.Select(c => char.IsControl(c) ? ' ' : c)]).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return (line.Length <= MaxLength ? line : line[..MaxLength] + "...").TrimEnd('.');
    }
}
