namespace GitOpsBumper.Core.Selection.Re2;

/// <summary>Leaves the readers of an expression, however deep; never leaves <see cref="Re2Translator"/>.</summary>
internal sealed class Re2Error(string fragment, string reason) : FormatException(reason)
{
    /// <summary>The part of the expression that is at fault.</summary>
    public string Fragment { get; } = fragment;
}
