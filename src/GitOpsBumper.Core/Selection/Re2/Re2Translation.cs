namespace GitOpsBumper.Core.Selection.Re2;

/// <summary>An RE2 expression in the words of .NET.</summary>
/// <param name="Expression">Its groups have numbers alone, because .NET counts named groups after the others and RE2 does not.</param>
/// <param name="Groups">Names by number; the first, the whole match, and groups without name are null.</param>
internal sealed record Re2Translation(string Expression, IReadOnlyList<string?> Groups);
