using GitOpsBumper.Adapters.Kubernetes.Reviews;
using GitOpsBumper.Configuration.Hooks;

namespace GitOpsBumper.Api.Callers;

/// <summary>Who asks, as far as somebody vouches for it.</summary>
/// <param name="Name">For logs, and to tell callers apart: nobody of another kind can have it.</param>
internal abstract record Caller(string Name)
{
    /// <summary>Somebody the API server knows: what its roles permit is permitted.</summary>
    public sealed record OfCluster(ReviewedUser User) : Caller($"user {User.Name}");

    /// <summary>A job of a pipeline, with what the rules permit it; several rules, when several accept it.</summary>
    public sealed record Job(string Issuer, string Subject, IReadOnlyList<Grant> Grants) : Caller($"job {Subject} of {Issuer}");

    /// <summary>Whoever has a token whose hash we have been told.</summary>
    public sealed record Holder(string Token, Grant Grant) : Caller($"token {Token}");
}

/// <summary>What showing a token comes to.</summary>
internal abstract record CallerAnswer
{
    private CallerAnswer()
    {
    }

    public sealed record Known(Caller Caller) : CallerAnswer;

    /// <param name="Reason">A sentence without anything of the token.</param>
    public sealed record Refused(string Reason) : CallerAnswer;

    /// <summary>Nobody knows at the moment.</summary>
    /// <param name="Reason">A sentence.</param>
    public sealed record Unknown(string Reason) : CallerAnswer;
}
