using System.Net;

namespace GitOpsBumper.Adapters.Kubernetes;

/// <summary>The API server refused, or did not answer.</summary>
/// <param name="message">A sentence without secrets; where the server gave a reason, in its words.</param>
/// <param name="isTransient">The same call may succeed later.</param>
/// <param name="cause">Null: nothing lower down.</param>
public sealed class KubernetesException(string message, bool isTransient, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Of the HTTP answer; null when there was none.</summary>
    public int? Status { get; init; }

    /// <summary>Of the server's <c>metav1.Status</c>, such as <c>Forbidden</c>; null when it sent none.</summary>
    /// <seealso href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#response-status-kind"/>
    public string? Reason { get; init; }

    /// <summary>How long the server asks to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool IsTransient => isTransient;

    public bool IsNotFound => Status == (int)HttpStatusCode.NotFound;

    public bool IsConflict => Status == (int)HttpStatusCode.Conflict;

    /// <summary>The version or the token that was asked with is no longer kept.</summary>
    public bool IsGone => Status == (int)HttpStatusCode.Gone;

    /// <summary>The change does not make a valid object, or a <c>test</c> of a JSON patch failed: the server does not tell which.</summary>
    public bool IsUnprocessable => Status == (int)HttpStatusCode.UnprocessableEntity;

    public bool IsForbidden => Status == (int)HttpStatusCode.Forbidden;
}
