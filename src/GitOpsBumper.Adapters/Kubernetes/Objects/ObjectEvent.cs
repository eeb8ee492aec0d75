using System.Text;
using GitOpsBumper.Core.Applications;

namespace GitOpsBumper.Adapters.Kubernetes.Objects;

public enum EventSeverity
{
    /// <summary>Something was done.</summary>
    Normal,

    /// <summary>Somebody should look.</summary>
    Warning,
}

/// <summary>Which object an event is about.</summary>
public sealed record ObjectReference(string ApiVersion, string Kind, NamespacedName Name, string Uid, string ResourceVersion)
{
    public static ObjectReference To<T>(ObjectKind<T> kind, Watched<T> watched) =>
        new(kind.ApiVersion, kind.Name, watched.Name, watched.Uid, watched.ResourceVersion);
}

/// <summary>What <c>kubectl describe</c> shows below an object.</summary>
/// <param name="Reason">One word in capitals-inside: <c>ImageUpdated</c>.</param>
/// <param name="Message">A sentence; what is beyond <see cref="MaxMessageBytes"/> is left out when it is sent.</param>
public sealed record ObjectEvent(ObjectReference About, EventSeverity Severity, string Reason, string Message)
{
    /// <summary>The API server refuses longer messages.</summary>
    public const int MaxMessageBytes = 1024;

    private const string Ellipsis = "...";

    /// <summary>When it happened or began; null: when it is posted.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>It goes on, and did not happen at one moment: somebody else who says the same a little later tells no news.</summary>
    public bool Lasts { get; init; }

    /// <summary>The message as it is sent: at most <see cref="MaxMessageBytes"/> of UTF-8, cut between two characters.</summary>
    internal string ShortMessage
    {
        get
        {
            if (Encoding.UTF8.GetByteCount(Message) <= MaxMessageBytes)
                return Message;
            var kept = new StringBuilder();
            var bytes = Ellipsis.Length;
            foreach (var rune in Message.EnumerateRunes())
            {
                bytes += rune.Utf8SequenceLength;
                if (bytes > MaxMessageBytes)
                    break;
                kept.Append(rune.ToString());
            }

            return kept.Append(Ellipsis).ToString();
        }
    }
}
