namespace GitOpsBumper.Core.Credentials;

/// <summary>A text that must reach no log, message or file: it prints as <c>***</c> and shows itself only to <see cref="Reveal"/>.</summary>
public sealed class Secret : IEquatable<Secret>
{
    private readonly string _text;

    public Secret(string text) => _text = text;

    public bool IsEmpty => _text.Length == 0;

    public string Reveal() => _text;

    public bool Equals(Secret? other) => other is not null && _text == other._text;

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => "***";
}
