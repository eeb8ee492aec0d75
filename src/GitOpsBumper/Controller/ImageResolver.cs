using GitOpsBumper.Core.Annotations;
using GitOpsBumper.Core.Applications;
using GitOpsBumper.Core.Images;
using GitOpsBumper.Core.Planning;

namespace GitOpsBumper.Controller;

/// <summary>Brings planner and registries together: plans, answers what the planner asks, plans again.</summary>
internal sealed class ImageResolver(RegistryAnswers answers, TimeProvider time)
{
    /// <summary>Asks what is certain to be asked anyway, so that registries answer while git is still being fetched.</summary>
    public async Task WarmUpAsync(ApplicationSnapshot application, ImagePolicy image, CancellationToken cancellationToken)
    {
        foreach (var question in ImagePlanner.FirstQuestions(image, application))
            await answers.AskAsync(application.Name, image, question, cancellationToken);
    }

    public async Task<ImageDecision> DecideAsync(NamespacedName application, ImagePolicy image, ImageState state, CancellationToken cancellationToken)
    {
        var known = new RegistryKnowledge { Now = time.GetUtcNow() };
        while (true)
        {
            switch (ImagePlanner.Plan(image, state, known))
            {
                case PlanStep.Decided { Decision: var decision }:
                    return decision;
                case PlanStep.Ask { Questions: var questions }:
                    var given = await Task.WhenAll(questions.Select(question => answers.AskAsync(application, image, question, cancellationToken)));
                    for (var index = 0; index < given.Length; index++)
                        known.Add(questions[index], given[index]);
                    break;
            }
        }
    }

    /// <summary>For people, once it is decided; null when the registry does not say.</summary>
    public Task<ImageAbout?> DescribeAsync(NamespacedName application, ImagePolicy image, ImageVersion version, CancellationToken cancellationToken) =>
        answers.DescribeAsync(application, image, version, cancellationToken);
}
