namespace GitOpsBumper.Adapters.Http.Headers;

/// <summary>Finds the next page in <c>Link</c> headers: <c>&lt;/v2/web/tags/list?last=9&gt;; rel="next"</c>.</summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8288"/>
internal static class LinkHeader
{
    /// <summary>The target as written; null when no link leads to a next page.</summary>
    public static string? Next(IEnumerable<string> headers)
    {
        foreach (var header in headers)
        {
            var rest = header.AsSpan();
            while (TryTakeLink(ref rest, out var target, out var isNext))
            {
                if (isNext)
                    return target;
            }
        }

        return null;
    }

    private static bool TryTakeLink(ref ReadOnlySpan<char> rest, out string target, out bool isNext)
    {
        target = "";
        isNext = false;
        var open = rest.IndexOf('<');
        var close = open < 0 ? -1 : rest[open..].IndexOf('>');
        if (close < 0)
            return false;
        target = rest[(open + 1)..(open + close)].Trim().ToString();
        rest = rest[(open + close + 1)..];
        var end = EndOfParameters(rest);
        var hasRelation = false;
        foreach (var range in rest[..end].Split(';'))
            isNext |= IsNext(rest[..end][range], ref hasRelation);
        // What else would a server link to? Overlooking a page would be worse than being refused one.
        isNext |= !hasRelation;
        rest = rest[end..];
        return true;
    }

    private static bool IsNext(ReadOnlySpan<char> parameter, ref bool hasRelation)
    {
        var equals = parameter.IndexOf('=');
        if (equals < 0 || !parameter[..equals].Trim().Equals("rel", StringComparison.OrdinalIgnoreCase))
            return false;
        hasRelation = true;
        foreach (var word in parameter[(equals + 1)..].Trim().Trim('"').ToString().Split(' '))
        {
            if (word.Equals("next", StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>The comma before the next link; commas in quotes do not count.</summary>
    private static int EndOfParameters(ReadOnlySpan<char> text)
    {
        var quoted = false;
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '"')
                quoted = !quoted;
            else if (text[index] == ',' && !quoted)
                return index;
        }

        return text.Length;
    }
}
