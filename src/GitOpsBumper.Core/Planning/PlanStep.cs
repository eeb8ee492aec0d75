namespace GitOpsBumper.Core.Planning;

/// <summary>Where the planning of one image stands.</summary>
public abstract record PlanStep
{
    private PlanStep()
    {
    }

    public sealed record Decided(ImageDecision Decision) : PlanStep;

    /// <summary>These have to be answered first; then the planner is called again with all it knows.</summary>
    public sealed record Ask(IReadOnlyList<RegistryQuestion> Questions) : PlanStep;
}
