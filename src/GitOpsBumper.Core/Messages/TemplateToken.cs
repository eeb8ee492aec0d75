namespace GitOpsBumper.Core.Messages;

internal enum TokenKind
{
    /// <summary>Text outside of actions.</summary>
    Text,
    Open,
    Close,
    Word,

    /// <summary><c>.</c>, <c>.Field</c> or <c>.Field.Other</c>.</summary>
    Field,

    /// <summary><c>$</c>, <c>$name</c> or <c>$name.Field</c>.</summary>
    Variable,
    String,
    Number,

    /// <summary>One of <c>| ( ) , := =</c>.</summary>
    Sign,
    End,
}

/// <param name="Kind">Of the token.</param>
/// <param name="Text">Unquoted for strings.</param>
/// <param name="Offset">Where it begins.</param>
internal sealed record TemplateToken(TokenKind Kind, string Text, int Offset);

/// <summary>The template is wrong, or cannot be rendered.</summary>
internal sealed class TemplateException(int offset, string message) : Exception(message)
{
    public int Offset => offset;
}
