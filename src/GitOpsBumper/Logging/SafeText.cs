using System.Text;

namespace GitOpsBumper.Logging;

/// <summary>Foreign texts on their way to a terminal or a log.</summary>
internal static class SafeText
{
    /// <summary>Control characters never reach the terminal; tabs do.</summary>
    public static string Of(string text)
    {
        if (!text.Any(c => char.IsControl(c) && c != '\t'))
            return text;
        var safe = new StringBuilder(text.Length);
        foreach (var c in text)
            safe.Append(char.IsControl(c) && c != '\t' ? '\uFFFD' : c);
        return safe.ToString();
    }

    /// <summary>At most so many characters, and how many there were.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
            return text;
        return $"{text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)]}... ({text.Length} characters)";
    }
}
