using GitOpsBumper.Adapters.Http;
using GitOpsBumper.Controller;
using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Planning;
using GitOpsBumper.Core.Selection;
using GitOpsBumper.Hosting;

namespace GitOpsBumper.Cli.Output;

/// <summary>One image, and everything that was found out about it.</summary>
/// <param name="Policy">What its annotations ask for.</param>
/// <param name="State">What git and the cluster say.</param>
/// <param name="Decision">What comes of it.</param>
/// <param name="Verdicts">One per tag; none where the list was not asked for.</param>
/// <param name="Route">Whom was asked, and with what; null when nobody was.</param>
/// <param name="Requests">To registries, of the whole command until now.</param>
internal sealed record ExplainedImage(
    ImagePolicy Policy, ImageState State, ImageDecision Decision, IReadOnlyList<TagVerdict> Verdicts, RegistryRoute? Route, IReadOnlyList<RequestCount> Requests)
{
    public static async Task<ExplainedImage> ExplainAsync(SingleRun run, ApplicationPolicy application, PlannedImage image, CancellationToken cancellationToken)
    {
        var (policy, state, decision) = image;
        var verdicts = await new TagExplainer(run.Answers).ExplainAsync(application.Application, policy, state, decision, cancellationToken);
        var route = await run.Answers.RouteAsync(application.Application, policy, cancellationToken);
        return new ExplainedImage(policy, state, decision, verdicts, route, run.Requests);
    }
}
