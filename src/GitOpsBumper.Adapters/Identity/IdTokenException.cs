namespace GitOpsBumper.Adapters.Identity;

/// <summary>An ID token that is not believed. The message has nothing of the token in it.</summary>
/// <param name="message">A clause.</param>
/// <param name="isTransient">Nobody knows whether it is good: its issuer could not be asked.</param>
/// <param name="inner">The cause.</param>
public sealed class IdTokenException(string message, bool isTransient, Exception? inner = null) : Exception(message, inner)
{
    public bool IsTransient { get; } = isTransient;
}
